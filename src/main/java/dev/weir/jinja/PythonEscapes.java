package dev.weir.jinja;

/** The escapes of Python's string literals. */
final class PythonEscapes {
    private PythonEscapes() {}

    /** Returns the value of a literal from the source between its quotes; an unknown escape stays as it is. */
    static String read(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < literal.length()) {
            char c = literal.charAt(i++);
            if (c == '\\' && i < literal.length()) {
                i = escape(literal, i, text);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** Appends the character of an escape, {@code at} being the index after its backslash; returns the index after the escape. */
    private static int escape(String literal, int at, StringBuilder text) {
        char c = literal.charAt(at);
        int simple = "ntrbfav\\'\"".indexOf(c);
        if (simple >= 0) {
            text.append("\n\t\r\b\f\u0007\u000b\\'\"".charAt(simple));
            return at + 1;
        }
        return switch (c) {
            case '\n' -> at + 1;
            case 'x' -> digits(literal, at, 1, 2, 16, text);
            case 'u' -> digits(literal, at, 1, 4, 16, text);
            case 'U' -> digits(literal, at, 1, 8, 16, text);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(literal, at, text);
            default -> {
                text.append('\\').append(c);
                yield at + 1;
            }
        };
    }

    private static int octal(String literal, int at, StringBuilder text) {
        int count = 1;
        while (count < 3 && at + count < literal.length() && Character.digit(literal.charAt(at + count), 8) >= 0) {
            count++;
        }
        return digits(literal, at, 0, count, 8, text);
    }

    private static int digits(String literal, int at, int skipped, int count, int radix, StringBuilder text) {
        int from = at + skipped;
        try {
            text.appendCodePoint(Integer.parseInt(literal, from, from + count, radix));
            return from + count;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new JinjaException("the escape \\" + literal.charAt(at) + " is malformed");
        }
    }
}
