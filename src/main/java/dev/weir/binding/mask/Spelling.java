package dev.weir.binding.mask;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text without the escapes of URLs and JSON, also nested ones. Each char knows the chars of the original that it stands
 * for. Two texts with the same meaning have the same spelling. Immutable.
 */
final class Spelling {
    /** The deepest nesting of notations that is decoded: a URL in JSON in JSON. */
    private static final int MAX_NESTING = 6;

    private static final int HEX = 16;

    private final char[] chars;
    private final int[] begins;
    private final int[] ends;

    private Spelling(char[] chars, int[] begins, int[] ends) {
        this.chars = chars;
        this.begins = begins;
        this.ends = ends;
    }

    /** Removes the escapes of URLs and JSON. A space becomes a plus, as in URLs. */
    static Spelling unescaped(String text) {
        Spelling spelling = of(text);
        for (int i = 0; i < MAX_NESTING && spelling.hasEscape(); i++) {
            spelling = spelling.once();
        }
        for (int i = 0; i < spelling.chars.length; i++) {
            spelling.chars[i] = spelling.chars[i] == ' ' ? '+' : spelling.chars[i];
        }
        return spelling;
    }

    private static Spelling of(String text) {
        int[] begins = new int[text.length()];
        int[] ends = new int[text.length()];
        for (int i = 0; i < begins.length; i++) {
            begins[i] = i;
            ends[i] = i + 1;
        }
        return new Spelling(text.toCharArray(), begins, ends);
    }

    /** Returns this spelling in the base64 alphabet with {@code +} and {@code /}, without line breaks and tabs. */
    Spelling base64() {
        Writer writer = new Writer(chars.length);
        for (int i = 0; i < chars.length; i++) {
            char c = chars[i];
            if (c != '\r' && c != '\n' && c != '\t') {
                writer.add(c == '-' ? '+' : c == '_' ? '/' : c, begins[i], ends[i]);
            }
        }
        return writer.spelling();
    }

    int length() {
        return chars.length;
    }

    /** Returns the index in the original at which a char begins. */
    int begin(int index) {
        return begins[index];
    }

    /** Returns the index in the original at which a char ends, exclusive. */
    int end(int index) {
        return ends[index];
    }

    char charAt(int index) {
        return chars[index];
    }

    /** Returns the number of chars that end at or before index {@code end} of the original. */
    int lengthBefore(int end) {
        int found = Arrays.binarySearch(ends, end);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private boolean hasEscape() {
        for (char c : chars) {
            if (c == '%' || c == '\\') {
                return true;
            }
        }
        return false;
    }

    private Spelling once() {
        Writer writer = new Writer(chars.length);
        int i = 0;
        while (i < chars.length) {
            if (chars[i] == '\\') {
                i = backslashes(i, writer);
            } else if (chars[i] == '%' && isEncoded(i)) {
                i = encoded(i, writer);
            } else {
                writer.add(chars[i], begins[i], ends[i]);
                i++;
            }
        }
        return writer.spelling();
    }

    /** Decodes a run of backslashes and the char that they escape. Returns the next index. */
    private int backslashes(int from, Writer writer) {
        int at = from;
        while (at < chars.length && chars[at] == '\\') {
            at++;
        }
        if (at == chars.length) {
            return at;
        }
        int hex = at + 4 < chars.length && chars[at] == 'u' ? hex(at + 1, 4) : -1;
        int last = hex < 0 ? at : at + 4;
        writer.add(hex < 0 ? meant(chars[at]) : (char) hex, begins[from], ends[last]);
        return last + 1;
    }

    private static char meant(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> c;
        };
    }

    private boolean isEncoded(int at) {
        return at + 2 < chars.length && hex(at + 1, 2) >= 0;
    }

    private int hex(int from, int count) {
        int value = 0;
        for (int i = from; i < from + count; i++) {
            int digit = chars[i] < 128 ? Character.digit(chars[i], HEX) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * HEX + digit;
        }
        return value;
    }

    /** Decodes one percent-encoded UTF-8 character. Returns the next index. A byte that is not UTF-8 counts as ISO 8859-1. */
    private int encoded(int from, Writer writer) {
        int first = hex(from + 1, 2);
        int count = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        byte[] bytes = new byte[count];
        int at = from;
        for (int i = 0; i < count; i++) {
            if (at >= chars.length || chars[at] != '%' || !isEncoded(at)) {
                writer.add((char) first, begins[from], ends[from + 2]);
                return from + 3;
            }
            bytes[i] = (byte) hex(at + 1, 2);
            at += 3;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            for (int i = 0; i < text.length(); i++) {
                writer.add(text.charAt(i), begins[from], ends[at - 1]);
            }
            return at;
        } catch (CharacterCodingException e) {
            writer.add((char) first, begins[from], ends[from + 2]);
            return from + 3;
        }
    }

    @Override
    public String toString() {
        return new String(chars);
    }

    private static final class Writer {
        private final char[] chars;
        private final int[] begins;
        private final int[] ends;
        private int length;

        Writer(int most) {
            chars = new char[most];
            begins = new int[most];
            ends = new int[most];
        }

        void add(char c, int begin, int end) {
            chars[length] = c;
            begins[length] = begin;
            ends[length++] = end;
        }

        Spelling spelling() {
            return new Spelling(
                    Arrays.copyOf(chars, length), Arrays.copyOf(begins, length), Arrays.copyOf(ends, length));
        }
    }
}
