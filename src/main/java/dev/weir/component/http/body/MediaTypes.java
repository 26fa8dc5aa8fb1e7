package dev.weir.component.http.body;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Media types, as far as they decide how bytes are read. */
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

    private static final Set<String> OCTETS = Set.of("application/octet-stream", "binary/octet-stream");

    private static final Pattern TYPE = Pattern.compile("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+");

    /** What a content type says of a body. */
    enum Kind {
        EVENTS,
        LINES,
        /** JSON texts, each behind a record separator. */
        SEQUENCE,
        JSON,
        /** {@code text/plain}: some servers give it to everything. */
        PLAIN,
        TEXT,
        /** Bytes of any kind: some servers give it to everything. */
        OCTETS,
        /** Nothing: the type is absent or malformed. */
        UNTYPED,
        OTHER
    }

    private MediaTypes() {}

    /** The type without its parameters, in lower case. */
    public static String of(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** A parameter of a content type or disposition, without its quotes. */
    public static Optional<String> parameter(String header, String name) {
        Matcher matcher = Pattern.compile(
                        ";\\s*" + Pattern.quote(name) + "\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s]*))",
                        Pattern.CASE_INSENSITIVE)
                .matcher(header);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(
                matcher.group(1) == null ? matcher.group(2) : matcher.group(1).replaceAll("\\\\(.)", "$1"));
    }

    public static boolean isJson(String mediaType) {
        return JSON_TYPES.contains(mediaType) || (mediaType.endsWith("+json") && !LINES_TYPES.contains(mediaType));
    }

    public static boolean isEventStream(String mediaType) {
        return mediaType.equals("text/event-stream");
    }

    public static boolean isJsonLines(String mediaType) {
        return LINES_TYPES.contains(mediaType) || mediaType.equals(SEQUENCE);
    }

    public static boolean isText(String mediaType) {
        return mediaType.startsWith("text/") || isXml(mediaType) || TEXT_TYPES.contains(mediaType);
    }

    static boolean isXml(String mediaType) {
        return mediaType.equals("application/xml") || mediaType.equals("text/xml") || mediaType.endsWith("+xml");
    }

    /** The kind of a {@code Content-Type}; a list of types, as a proxy may join them, is a general type. */
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
