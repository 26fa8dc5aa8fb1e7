package dev.weir.binding;

import java.util.List;

/** A position in one text of a template: looks ahead, moves, and makes errors with their place. */
final class Cursor {
    private final String text;
    private final List<Object> place;
    private int position;

    /**
     * Starts at the beginning of a text.
     *
     * @param place the keys and positions that lead to the text in the template
     */
    Cursor(String text, List<Object> place) {
        this.text = text;
        this.place = place;
    }

    int position() {
        return position;
    }

    void moveTo(int newPosition) {
        position = newPosition;
    }

    boolean atEnd() {
        return position >= text.length();
    }

    /** Returns the next char, or 0 at the end. Does not move. */
    char peek() {
        return position < text.length() ? text.charAt(position) : 0;
    }

    /** Returns the next char and moves behind it. */
    char next() {
        return text.charAt(position++);
    }

    boolean at(String symbol) {
        return text.startsWith(symbol, position);
    }

    /** Moves behind {@code symbol} if it is next; returns whether it was. */
    boolean skip(String symbol) {
        if (!at(symbol)) {
            return false;
        }
        position += symbol.length();
        return true;
    }

    boolean atSpace() {
        return !atEnd() && Character.isWhitespace(peek());
    }

    void skipSpace() {
        while (atSpace()) {
            position++;
        }
    }

    /** Whether {@code word} is next and no name character follows it. */
    boolean atWord(String word) {
        int end = position + word.length();
        return at(word) && (end >= text.length() || !isNameChar(text.codePointAt(end)));
    }

    /** Moves behind {@code word} if {@link #atWord} is true; returns whether it was. */
    boolean skipWord(String word) {
        if (!atWord(word)) {
            return false;
        }
        position += word.length();
        return true;
    }

    /** Reads a name (letters, digits, marks, {@code _}, {@code -}); empty if none is next. */
    String name() {
        int start = position;
        while (!atEnd() && isNameChar(text.codePointAt(position))) {
            position += Character.charCount(text.codePointAt(position));
        }
        return text.substring(start, position);
    }

    private static boolean isNameChar(int character) {
        return character == '-' || (Character.isUnicodeIdentifierPart(character) && !Character.isISOControl(character));
    }

    /**
     * Reads a quoted text and returns its content. A backslash escapes the quote, a backslash, n, t and r; elsewhere it is
     * kept.
     */
    String quoted() {
        int start = position;
        char quote = next();
        StringBuilder value = new StringBuilder();
        while (!atEnd()) {
            char c = next();
            if (c == quote) {
                return value.toString();
            }
            value.append(c == '\\' && !atEnd() ? escaped(next(), quote) : String.valueOf(c));
        }
        throw error(start, "the quote is not closed", "close it with " + quote);
    }

    private static String escaped(char c, char quote) {
        return switch (c) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            default -> c == quote || c == '\\' ? String.valueOf(c) : "\\" + c;
        };
    }

    /** The text between two positions. */
    String between(int start, int end) {
        return text.substring(start, end);
    }

    Reference.Place place(int offset) {
        return new Reference.Place(place, offset);
    }

    TemplateSyntaxException error(int offset, String message, String remedy) {
        return new TemplateSyntaxException(place(offset), message, remedy);
    }
}
