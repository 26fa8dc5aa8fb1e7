package dev.weir.component.http;

import java.util.Locale;

/** Media types, as far as they decide how bytes are read. */
final class MediaTypes {
    static final String JSON = "application/json";

    private MediaTypes() {}

    /** The type without its parameters, in lower case. */
    static String of(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    static boolean isJson(String mediaType) {
        return mediaType.equals(JSON) || mediaType.endsWith("+json");
    }

    static boolean isEventStream(String mediaType) {
        return mediaType.equals("text/event-stream");
    }

    static boolean isJsonLines(String mediaType) {
        return mediaType.equals("application/x-ndjson")
                || mediaType.equals("application/jsonl")
                || mediaType.equals("application/x-jsonlines");
    }
}
