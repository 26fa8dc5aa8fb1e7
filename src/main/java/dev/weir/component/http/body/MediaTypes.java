package dev.weir.component.http.body;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Media types, as far as they decide how bytes are read. */
public final class MediaTypes {
    public static final String JSON = "application/json";

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
        return mediaType.equals(JSON) || mediaType.endsWith("+json");
    }

    public static boolean isEventStream(String mediaType) {
        return mediaType.equals("text/event-stream");
    }

    public static boolean isJsonLines(String mediaType) {
        return mediaType.equals("application/x-ndjson")
                || mediaType.equals("application/jsonl")
                || mediaType.equals("application/x-jsonlines");
    }

    public static boolean isText(String mediaType) {
        return mediaType.startsWith("text/");
    }
}
