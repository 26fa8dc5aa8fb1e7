package dev.weir.jinja;

import dev.weir.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts the inside of a tag into names, literals and operators. */
final class TagLexer {
    private static final Pattern FLOAT =
            Pattern.compile("(?<!\\.)[0-9](?:_?[0-9])*(?:\\.[0-9](?:_?[0-9])*(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)");
    private static final Pattern WHOLE = Pattern.compile("0[xX](?:_?[0-9a-fA-F])+|[0-9](?:_?[0-9])*");
    private static final Pattern STRING =
            Pattern.compile("'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"", Pattern.DOTALL);
    private static final List<String> LONG_OPERATORS = List.of("//", "**", "==", "!=", ">=", "<=");
    private static final String OPERATORS = "+-/*%~[](){}<>=.:|,;";

    private final String source;
    private final Deque<Character> open = new ArrayDeque<>();
    private int position;

    TagLexer(String source, int position) {
        this.source = source;
        this.position = position;
    }

    /** True within brackets, where no tag ends. */
    boolean isNested() {
        return !open.isEmpty();
    }

    /** Where the next token begins. */
    int position() {
        return position;
    }

    Token next(int from, int line) {
        position = from;
        int first = source.codePointAt(from);
        if (Character.isUnicodeIdentifierStart(first) || first == '_') {
            return name(line);
        }
        String literal = match(FLOAT);
        if (literal != null) {
            return new Token(Kind.NUMBER, literal, Double.valueOf(literal.replace("_", "")), line);
        }
        literal = match(WHOLE);
        if (literal != null) {
            return new Token(Kind.NUMBER, literal, whole(literal.replace("_", ""), line), line);
        }
        literal = match(STRING);
        if (literal != null) {
            return new Token(
                    Kind.STRING, literal, PythonEscapes.read(literal.substring(1, literal.length() - 1)), line);
        }
        return operator(line);
    }

    private Token name(int line) {
        int from = position;
        while (position < source.length() && isNamePart(source.codePointAt(position))) {
            position += Character.charCount(source.codePointAt(position));
        }
        return new Token(Kind.NAME, source.substring(from, position), null, line);
    }

    private static boolean isNamePart(int character) {
        return character == '_'
                || (Character.isUnicodeIdentifierPart(character) && !Character.isIdentifierIgnorable(character));
    }

    private static Long whole(String digits, int line) {
        try {
            return digits.startsWith("0x") || digits.startsWith("0X")
                    ? Long.valueOf(digits.substring(2), 16)
                    : Long.valueOf(digits);
        } catch (NumberFormatException e) {
            throw new JinjaException("the number " + digits + " is too large", line);
        }
    }

    private Token operator(int line) {
        for (String operator : LONG_OPERATORS) {
            if (source.startsWith(operator, position)) {
                position += 2;
                return new Token(Kind.OPERATOR, operator, null, line);
            }
        }
        char operator = source.charAt(position);
        if (OPERATORS.indexOf(operator) < 0) {
            throw new JinjaException(
                    "unexpected character '" + Character.toString(source.codePointAt(position)) + "'", line);
        }
        balance(operator, line);
        position++;
        return new Token(Kind.OPERATOR, String.valueOf(operator), null, line);
    }

    private void balance(char operator, int line) {
        switch (operator) {
            case '(' -> open.push(')');
            case '[' -> open.push(']');
            case '{' -> open.push('}');
            case ')', ']', '}' -> {
                if (open.isEmpty() || open.pop() != operator) {
                    throw new JinjaException("unexpected '" + operator + "'", line);
                }
            }
            default -> {}
        }
    }

    private String match(Pattern pattern) {
        Matcher matcher =
                pattern.matcher(source).region(position, source.length()).useTransparentBounds(true);
        if (!matcher.lookingAt()) {
            return null;
        }
        position = matcher.end();
        return matcher.group();
    }
}
