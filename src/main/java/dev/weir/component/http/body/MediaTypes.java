package dev.weir.component.http.body;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Media types that decide how a body is read. */
public final class MediaTypes {
    public static final String JSON = "application/json";

    private static final Set<String> JSON_TYPES = Set.of(JSON, "text/json", "application/x-json", "text/x-json");

    private static final Set<String> LINES_TYPES = Set.of(
            "application/x-ndjson",
            "application/ndjson",
            "application/x-jsonl",
            "application/jsonl",
            "application/x-jsonlines",
            "application/jsonlines",
            "application/json-lines",
            "application/x-json-lines",
            "application/json-stream",
            "application/x-json-stream",
            "application/stream+json",
            "application/x-ldjson",
            "application/ldjson",
            "text/x-ndjson",
            "text/ndjson",
            "text/jsonl",
            "text/x-jsonl",
            "text/jsonlines");

    private static final String SEQUENCE = "application/json-seq";

    private static final Set<String> TEXT_TYPES = Set.of(
            "application/xml",
            "application/xml-dtd",
            "application/yaml",
            "application/x-yaml",
            "application/toml",
            "application/javascript",
            "application/ecmascript",
            "application/graphql",
            "application/sql",
            "application/rtf",
            "application/x-www-form-urlencoded");

    private static final List<String> BINARY_FAMILIES =
            List.of("image/", "audio/", "video/", "font/", "model/", "application/vnd.openxmlformats-");

    private static final Set<String> BINARY_TYPES = Set.of(
            "application/pdf",
            "application/zip",
            "application/gzip",
            "application/x-gzip",
            "application/x-tar",
            "application/x-7z-compressed",
            "application/zstd",
            "application/wasm",
            "application/cbor",
            "application/msgpack",
            "application/x-msgpack",
            "application/protobuf",
            "application/x-protobuf",
            "application/grpc",
            "application/msword",
            "application/x-npy",
            "application/vnd.apache.arrow.stream",
            "application/vnd.apache.parquet");

    private static final Set<String> OCTETS = Set.of("application/octet-stream", "binary/octet-stream");

    private static final String BLANKS = " \t\r\n";
    private static final String TOKEN_ENDS = ";" + BLANKS;

    private static final Pattern TYPE = Pattern.compile("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+");

    /** The kind of body that a content type announces. */
    enum Kind {
        EVENTS,
        LINES,
        /** JSON texts, each after a record separator. */
        SEQUENCE,
        JSON,
        /** {@code text/plain}, which some servers send with every body. */
        PLAIN,
        TEXT,
        /** {@code application/octet-stream} and similar types, which some servers send with every body. */
        OCTETS,
        /** The type is absent or malformed. */
        UNTYPED,
        OTHER
    }

    private MediaTypes() {}

    /** The type without its parameters, in lower case. */
    public static String of(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /**
     * A parameter of a content type or disposition, without its quotes. A quote without a closing quote is an ordinary
     * character.
     */
    public static Optional<String> parameter(String header, String name) {
        int at = header.indexOf(';');
        while (at >= 0) {
            int nameBegin = at + 1;
            int nameEnd = indexOfAny(header, nameBegin, "=;");
            if (nameEnd == header.length()) {
                return Optional.empty();
            }
            at = nameEnd;
            if (header.charAt(nameEnd) == '=') {
                int begin = indexOfOther(header, nameEnd + 1, BLANKS);
                int close = closingQuote(header, begin);
                int end = close < 0 ? indexOfAny(header, begin, TOKEN_ENDS) : close;
                if (header.substring(nameBegin, nameEnd).strip().equalsIgnoreCase(name)) {
                    return Optional.of(
                            close < 0 ? header.substring(begin, end) : unescaped(header.substring(begin + 1, close)));
                }
                at = header.indexOf(';', end);
            }
        }
        return Optional.empty();
    }

    /** The index of the quote that closes the quoted string at {@code begin}; negative if there is none. */
    private static int closingQuote(String header, int begin) {
        if (begin == header.length() || header.charAt(begin) != '"') {
            return -1;
        }
        for (int at = begin + 1; at < header.length(); at++) {
            if (header.charAt(at) == '"') {
                return at;
            }
            if (header.charAt(at) == '\\') {
                at++;
            }
        }
        return -1;
    }

    private static String unescaped(String quoted) {
        StringBuilder text = new StringBuilder(quoted.length());
        for (int at = 0; at < quoted.length(); at++) {
            if (quoted.charAt(at) == '\\' && at + 1 < quoted.length()) {
                at++;
            }
            text.append(quoted.charAt(at));
        }
        return text.toString();
    }

    private static int indexOfAny(String text, int from, String characters) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static int indexOfOther(String text, int from, String characters) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** Whether the media type, given in lower case without parameters, is JSON. */
    public static boolean isJson(String mediaType) {
        return JSON_TYPES.contains(mediaType) || (mediaType.endsWith("+json") && !LINES_TYPES.contains(mediaType));
    }

    private static boolean isEventStream(String mediaType) {
        return mediaType.equals("text/event-stream");
    }

    private static boolean isJsonLines(String mediaType) {
        return LINES_TYPES.contains(mediaType) || mediaType.equals(SEQUENCE);
    }

    private static boolean isText(String mediaType) {
        return mediaType.startsWith("text/") || isXml(mediaType) || TEXT_TYPES.contains(mediaType);
    }

    /** Whether the type is binary. */
    static boolean isBinary(String mediaType) {
        return BINARY_FAMILIES.stream().anyMatch(mediaType::startsWith) || BINARY_TYPES.contains(mediaType);
    }

    static boolean isXml(String mediaType) {
        return mediaType.equals("application/xml") || mediaType.equals("text/xml") || mediaType.endsWith("+xml");
    }

    /** The kind of a {@code Content-Type}. A list of types, which a proxy may produce, counts as a general type. */
    static Kind kind(String contentType) {
        String mediaType = of(contentType);
        int comma = mediaType.indexOf(',');
        if (comma < 0) {
            return kindOf(mediaType);
        }
        Kind first = kindOf(mediaType.substring(0, comma).strip());
        return switch (first) {
            case PLAIN, TEXT -> Kind.PLAIN;
            case JSON -> Kind.JSON;
            default -> Kind.UNTYPED;
        };
    }

    private static Kind kindOf(String mediaType) {
        if (!TYPE.matcher(mediaType).matches()) {
            return Kind.UNTYPED;
        }
        if (isEventStream(mediaType)) {
            return Kind.EVENTS;
        }
        if (isJsonLines(mediaType)) {
            return mediaType.equals(SEQUENCE) ? Kind.SEQUENCE : Kind.LINES;
        }
        if (isJson(mediaType)) {
            return Kind.JSON;
        }
        if (isText(mediaType)) {
            return mediaType.equals("text/plain") ? Kind.PLAIN : Kind.TEXT;
        }
        return OCTETS.contains(mediaType) ? Kind.OCTETS : Kind.OTHER;
    }
}
