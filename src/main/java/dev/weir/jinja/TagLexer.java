package dev.weir.jinja;

import dev.weir.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Splits the inside of a tag into names, literals and operators. */
final class TagLexer {
    private static final int LONGEST_NUMBER = 400;
    private static final List<String> LONG_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");
    private static final String OPERATORS = "+-/*%~[](){}<>=.:|,;";

    private final String source;
    private final Deque<Character> open = new ArrayDeque<>();
    private int position;

    TagLexer(String source, int position) {
        this.source = source;
        this.position = position;
    }

    /** Returns true within brackets, where no tag ends. */
    boolean isNested() {
        return !open.isEmpty();
    }

    /** Returns the index of the next token. */
    int position() {
        return position;
    }

    Token next(int from, int line, int column) {
        position = from;
        int first = source.codePointAt(from);
        try {
            if (Character.isUnicodeIdentifierStart(first) || first == '_') {
                return new Token(Kind.NAME, name(), null, line, column);
            }
            if (isDigit(from)) {
                Object value = number();
                return new Token(Kind.NUMBER, source.substring(from, position), value, line, column);
            }
            if (first == '\'' || first == '"') {
                String literal = text((char) first);
                return new Token(Kind.STRING, source.substring(from, position), literal, line, column);
            }
            return new Token(Kind.OPERATOR, operator(), null, line, column);
        } catch (JinjaException e) {
            throw e.in(line, column);
        }
    }

    private String name() {
        int from = position;
        while (position < source.length() && isNamePart(source.codePointAt(position))) {
            position += Character.charCount(source.codePointAt(position));
        }
        return source.substring(from, position);
    }

    private static boolean isNamePart(int character) {
        return character == '_'
                || (Character.isUnicodeIdentifierPart(character) && !Character.isIdentifierIgnorable(character));
    }

    private boolean isDigit(int at) {
        return at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '9';
    }

    /** Reads a number: an integer as Long, others as Double. After a point, as in {@code list.0}, it reads an integer only. */
    private Object number() {
        int from = position;
        boolean hexadecimal = source.startsWith("0x", from) || source.startsWith("0X", from);
        if (hexadecimal) {
            position += 2;
            skipDigits(16);
            return whole(source.substring(from + 2, position), 16);
        }
        skipDigits(10);
        boolean behindPoint = from > 0 && source.charAt(from - 1) == '.';
        boolean fraction = false;
        if (!behindPoint && source.startsWith(".", position) && isDigit(position + 1)) {
            position++;
            skipDigits(10);
            fraction = true;
        }
        int exponent = exponent();
        if (!behindPoint && exponent > position) {
            position = exponent;
            skipDigits(10);
            fraction = true;
        }
        String digits = source.substring(from, position);
        return fraction ? (Object) decimal(digits) : (Object) whole(digits, 10);
    }

    /** Returns the index of an exponent's digits; the present index if there is no exponent. */
    private int exponent() {
        if (position == source.length() || "eE".indexOf(source.charAt(position)) < 0) {
            return position;
        }
        int sign = position + 1 < source.length() && "+-".indexOf(source.charAt(position + 1)) >= 0 ? 1 : 0;
        return isDigit(position + 1 + sign) ? position + 1 + sign : position;
    }

    /** Skips digits, with single underscores between them. */
    private void skipDigits(int radix) {
        while (isDigit(position, radix) || (source.startsWith("_", position) && isDigit(position + 1, radix))) {
            position++;
        }
    }

    private boolean isDigit(int at, int radix) {
        return at < source.length() && source.charAt(at) < 128 && Character.digit(source.charAt(at), radix) >= 0;
    }

    private static Double decimal(String digits) {
        requireShort(digits);
        return Double.valueOf(digits.replace("_", ""));
    }

    private static Long whole(String digits, int radix) {
        requireShort(digits);
        try {
            return Long.valueOf(digits.replace("_", ""), radix);
        } catch (NumberFormatException e) {
            throw new JinjaException("the number " + digits + " is too large (at most " + Long.MAX_VALUE + ")");
        }
    }

    private static void requireShort(String digits) {
        if (digits.length() > LONGEST_NUMBER) {
            throw new JinjaException(
                    "a number has " + digits.length() + " characters (at most " + LONGEST_NUMBER + ")");
        }
    }

    /** Returns the value of a text literal. */
    private String text(char quote) {
        int from = position + 1;
        position = from;
        while (position < source.length() && source.charAt(position) != quote) {
            position += source.charAt(position) == '\\' ? 2 : 1;
        }
        if (position >= source.length()) {
            throw new JinjaException("a text has no end");
        }
        position++;
        return PythonEscapes.read(source.substring(from, position - 1));
    }

    private String operator() {
        for (String operator : LONG_OPERATORS) {
            if (source.startsWith(operator, position)) {
                position += 2;
                return operator;
            }
        }
        char operator = source.charAt(position);
        if (OPERATORS.indexOf(operator) < 0) {
            throw new JinjaException("unexpected character '" + Character.toString(source.codePointAt(position)) + "'");
        }
        balance(operator);
        position++;
        return String.valueOf(operator);
    }

    private void balance(char operator) {
        switch (operator) {
            case '(' -> open.push(')');
            case '[' -> open.push(']');
            case '{' -> open.push('}');
            case ')', ']', '}' -> {
                if (open.isEmpty() || open.pop() != operator) {
                    throw new JinjaException("unexpected '" + operator + "'");
                }
            }
            default -> {}
        }
    }
}
