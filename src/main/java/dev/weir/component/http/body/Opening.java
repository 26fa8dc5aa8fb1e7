package dev.weir.component.http.body;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kind of content that the first characters of a body indicate. */
enum Opening {
    /** A field or a comment of an event stream. */
    EVENTS,
    OBJECT,
    ARRAY,
    /** Possibly a JSON string, number or literal. */
    SCALAR,
    /** Only blanks up to the end. */
    BLANK,
    OTHER;

    /** The most characters that are held before a decision. */
    static final int MOST_CHARACTERS = 4096;

    private static final List<String> FIELDS = List.of("data:", "event:", "id:", "retry:");
    private static final String SCALARS = "\"-0123456789tfn";
    /** The longest media type that is expected in a {@code data:} URL. */
    private static final int MOST_TYPE = 100;

    /**
     * Examines a beginning; null when more characters are needed.
     *
     * @param ended whether no more characters will arrive
     * @param commentDecides whether a colon alone indicates an event stream. Otherwise a field or a whole comment must
     *     follow, since plain text may begin with a smiley
     */
    static @Nullable Opening of(String text, boolean ended, boolean commentDecides) {
        boolean last = ended || text.length() >= MOST_CHARACTERS;
        boolean commented = false;
        int at = blanks(text, 0);
        while (at < text.length() && text.charAt(at) == ':') {
            if (commentDecides) {
                return EVENTS;
            }
            int end = lineEnd(text, at);
            if (end < 0) {
                return last ? commented ? EVENTS : OTHER : null;
            }
            commented = true;
            at = blanks(text, end);
        }
        if (at == text.length()) {
            return last ? commented ? EVENTS : BLANK : null;
        }
        for (String field : FIELDS) {
            if (text.startsWith(field, at)) {
                return field.equals("data:") ? data(text, at + field.length(), last) : EVENTS;
            }
            if (!last && field.startsWith(text.substring(at, Math.min(text.length(), at + field.length())))) {
                return null;
            }
        }
        return plain(text.charAt(at));
    }

    private static Opening plain(char first) {
        if (first == '{') {
            return OBJECT;
        }
        if (first == '[') {
            return ARRAY;
        }
        return SCALARS.indexOf(first) >= 0 ? SCALAR : OTHER;
    }

    /** Distinguishes a {@code data} field from a {@code data:} URL, which begins with a media type. */
    private static @Nullable Opening data(String text, int from, boolean last) {
        int at = from;
        boolean slash = false;
        while (at < text.length() && at - from < MOST_TYPE && isOfType(text.charAt(at))) {
            slash |= text.charAt(at) == '/';
            at++;
        }
        if (at == text.length() && !last && at - from < MOST_TYPE) {
            return null;
        }
        boolean url = slash && at < text.length() && (text.charAt(at) == ';' || text.charAt(at) == ',');
        return url ? OTHER : EVENTS;
    }

    private static boolean isOfType(char c) {
        return Character.isLetterOrDigit(c) || "/.+-".indexOf(c) >= 0;
    }

    /** The index of the first character from {@code from} on that is not blank. */
    static int blanks(String text, int from) {
        int at = from;
        while (at < text.length() && " \t\r\n\u001E".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private static int lineEnd(String text, int from) {
        for (int at = from; at < text.length(); at++) {
            if (text.charAt(at) == '\n' || text.charAt(at) == '\r') {
                return at;
            }
        }
        return -1;
    }
}
