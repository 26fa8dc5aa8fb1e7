package dev.weir.component.http.body;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the first characters of a body look like. */
enum Opening {
    /** A field or a comment of an event stream. */
    EVENTS,
    OBJECT,
    ARRAY,
    /** A text, a number or a word of JSON, perhaps. */
    SCALAR,
    /** Nothing but blanks up to the end. */
    BLANK,
    OTHER;

    /** How many characters are held at most to decide. */
    static final int MOST_CHARACTERS = 4096;

    private static final List<String> FIELDS = List.of("data:", "event:", "id:", "retry:");
    private static final String SCALARS = "\"-0123456789tfn";
    /** A media type in a {@code data:} URL is shorter. */
    private static final int MOST_TYPE = 100;

    /**
     * Looks at a beginning; null when more characters are needed.
     *
     * @param ended whether no more will come
     * @param commentDecides whether a colon is enough for an event stream; otherwise a field or a whole comment must follow, as
     *     plain text may begin with a smiley
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

    /** A {@code data:} URL is no event: its media type tells. */
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

    /** Where the first character stands from {@code from} on that is not blank. */
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
