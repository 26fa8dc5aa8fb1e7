package dev.weir.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scans one JSON text and builds only the parts that a {@link JsonProjection} needs. Written by hand, because it runs once
 * per chunk of a stream.
 *
 * <p>It accepts less than the full parser: unusual, malformed or deeply nested text throws {@link UnsureException}, and the
 * full parser decides.
 */
final class JsonScanner {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER_LENGTH = 100;
    private static final int MAX_EXPONENT_DIGITS = 3;

    private final String json;
    /** The same text: an array is fastest in a loop over every character. */
    private final char[] chars;

    private int at;
    private int depth;

    /** Leaves the text to the full parser. */
    static final class UnsureException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private UnsureException() {
            super("unsure", null, false, false);
        }
    }

    JsonScanner(String json) {
        this.json = json;
        this.chars = json.toCharArray();
    }

    /** The value of the whole text. */
    @Nullable
    Object document(JsonProjection.Branch needed) {
        Object value = value(needed);
        skipSpace();
        if (at != chars.length) {
            throw new UnsureException();
        }
        return value;
    }

    private @Nullable Object value(JsonProjection.@Nullable Branch needed) {
        skipSpace();
        boolean whole = needed != null && needed.isWhole();
        char c = peek();
        return switch (c) {
            case '{' -> object(needed);
            case '[' -> array(needed);
            case '"' -> whole ? text() : skipText();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number(whole);
        };
    }

    private @Nullable Object object(JsonProjection.@Nullable Branch needed) {
        boolean whole = needed != null && needed.isWhole();
        boolean some = needed != null && needed.hasMembers();
        Map<String, @Nullable Object> members = whole || some ? new LinkedHashMap<>() : null;
        if (open('}')) {
            return members;
        }
        do {
            skipSpace();
            if (members == null || needed == null) {
                skipText();
                colon();
                value(null);
            } else if (whole) {
                String key = text();
                colon();
                members.put(key, value(needed));
            } else {
                int known = key(needed);
                colon();
                Object value = value(known < 0 ? null : needed.member(known));
                if (known >= 0) {
                    members.put(needed.key(known), value);
                }
            }
        } while (another('}'));
        return members;
    }

    private @Nullable Object array(JsonProjection.@Nullable Branch needed) {
        boolean whole = needed != null && needed.isWhole();
        boolean some = needed != null && needed.hasElements();
        List<@Nullable Object> elements = whole || some ? new ArrayList<>() : null;
        if (open(']')) {
            return elements;
        }
        int position = 0;
        do {
            JsonProjection.Branch branch = whole ? needed : needed != null && some ? needed.element(position) : null;
            Object value = value(branch);
            if (elements != null) {
                elements.add(branch == null ? null : value);
            }
            position++;
        } while (another(']'));
        return elements;
    }

    /** Enters an array or object. Returns true if it is empty; the position is then behind it. */
    private boolean open(char close) {
        at++;
        if (++depth > MAX_DEPTH) {
            throw new UnsureException();
        }
        skipSpace();
        return passed(close);
    }

    /** Returns whether another element follows. If not, the position is behind the array or object. */
    private boolean another(char close) {
        skipSpace();
        if (passed(close)) {
            return false;
        }
        expect(',');
        return true;
    }

    private boolean passed(char close) {
        if (peek() != close) {
            return false;
        }
        at++;
        depth--;
        return true;
    }

    private void colon() {
        skipSpace();
        expect(':');
    }

    private void expect(char c) {
        if (peek() != c) {
            throw new UnsureException();
        }
        at++;
    }

    private char peek() {
        if (at >= chars.length) {
            throw new UnsureException();
        }
        return chars[at];
    }

    private void skipSpace() {
        while (at < chars.length) {
            char c = chars[at];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }

    private @Nullable Object literal(String spelling, @Nullable Object value) {
        if (!json.startsWith(spelling, at)) {
            throw new UnsureException();
        }
        at += spelling.length();
        return value;
    }

    /** Moves behind a key. Returns its index among the needed keys, -1 if it is not needed. */
    private int key(JsonProjection.Branch needed) {
        int start = at + 1;
        boolean plain = skipToEnd();
        String written = null;
        if (!plain) {
            at = start - 1;
            written = text();
        }
        for (int i = 0; i < needed.size(); i++) {
            String key = needed.key(i);
            boolean same = written != null
                    ? written.equals(key)
                    : key.length() == at - 1 - start && json.startsWith(key, start);
            if (same) {
                return i;
            }
        }
        return -1;
    }

    private @Nullable Object skipText() {
        skipToEnd();
        return null;
    }

    private String text() {
        int start = at + 1;
        if (skipToEnd()) {
            return json.substring(start, at - 1);
        }
        StringBuilder text = new StringBuilder(at - start);
        for (int i = start; i < at - 1; i++) {
            char c = chars[i];
            if (c != '\\') {
                text.append(c);
                continue;
            }
            c = chars[++i];
            switch (c) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(json, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> text.append(c);
            }
        }
        return text.toString();
    }

    /** Moves behind a quoted text. Returns true if it contains no escapes. */
    private boolean skipToEnd() {
        expect('"');
        boolean plain = true;
        int next = at;
        while (next < chars.length) {
            char c = chars[next++];
            if (c == '"') {
                at = next;
                return plain;
            }
            if (c < ' ') {
                throw new UnsureException();
            }
            if (c == '\\') {
                plain = false;
                at = next;
                escape();
                next = at;
            }
        }
        throw new UnsureException();
    }

    private void escape() {
        char c = peek();
        at++;
        if (c == 'u') {
            for (int i = 0; i < 4; i++) {
                char digit = peek();
                if (Character.digit(digit, 16) < 0 || digit > 'f') {
                    throw new UnsureException();
                }
                at++;
            }
        } else if ("\"\\/bfnrt".indexOf(c) < 0) {
            throw new UnsureException();
        }
    }

    private @Nullable Object number(boolean needed) {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (at < chars.length && chars[at] == '.') {
            at++;
            digits();
        }
        if (at < chars.length && (chars[at] == 'e' || chars[at] == 'E')) {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            if (digits() > MAX_EXPONENT_DIGITS) {
                throw new UnsureException();
            }
        }
        if (at - start > MAX_NUMBER_LENGTH) {
            throw new UnsureException();
        }
        return needed ? Numbers.parse(json.substring(start, at)) : null;
    }

    /** Moves behind one or more digits. Returns their number. */
    private int digits() {
        int start = at;
        while (at < chars.length && chars[at] >= '0' && chars[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw new UnsureException();
        }
        return at - start;
    }
}
