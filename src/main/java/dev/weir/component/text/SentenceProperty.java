package dev.weir.component.text;

import java.util.Set;

/**
 * The property of a character that decides where sentences end: {@code Sentence_Break} of Unicode Standard Annex #29, derived
 * from the JDK's data.
 *
 * <p>Three characters differ from the annex. The ellipsis U+2026 is a full stop. Marks of Markdown and symbols such as emoji
 * close a sentence as quotation marks do.
 */
enum SentenceProperty {
    /** A line or paragraph separator. */
    SEPARATOR,
    /** White space within a line. */
    SPACE,
    /** A letter in lower case. */
    LOWER,
    /** A letter in upper or title case. */
    UPPER,
    /** A letter without case, such as a Hangul syllable. */
    LETTER,
    /** A digit. */
    NUMERIC,
    /** A full stop, which may also end an abbreviation. */
    FULL_STOP,
    /** Another mark that ends a sentence, such as a question mark. */
    TERMINATOR,
    /** A mark after which a sentence goes on, such as a comma. */
    CONTINUE,
    /** A bracket, a quotation mark or a symbol, which may follow the end of a sentence. */
    CLOSE,
    /** A combining mark or an invisible character: it belongs to the character before. */
    EXTEND,
    /** Any other character. */
    OTHER;

    private static final String SEPARATORS = "\n\r\u0085\u2028\u2029";
    private static final String FULL_STOPS = ".\u2024\u2026\uFE52\uFF0E";
    /** The characters of the Basic Multilingual Plane with the property {@code Sentence_Terminal}, without the full stops. */
    private static final Set<Integer> TERMINATORS =
            set("!?\u0589\u061D\u061E\u061F\u06D4\u0700\u0701\u0702\u07F9\u0837\u0839"
                    + "\u083D\u083E\u0964\u0965\u104A\u104B\u1362\u1367\u1368\u166E\u1735\u1736\u1803\u1809\u1944\u1945\u1AA8\u1AA9"
                    + "\u1AAA\u1AAB\u1B5A\u1B5B\u1B5E\u1B5F\u1C3B\u1C3C\u1C7E\u1C7F\u203C\u203D\u2047\u2048\u2049\u2E2E\u2E3C\u3002"
                    + "\uA4FF\uA60E\uA60F\uA6F3\uA6F7\uA876\uA877\uA8CE\uA8CF\uA92F\uA9C8\uA9C9\uAA5D\uAA5E\uAA5F\uAAF0\uAAF1\uABEB"
                    + "\uFE56\uFE57\uFF01\uFF1F\uFF61");

    private static final Set<Integer> CONTINUES =
            set(",-:;\u055D\u060C\u060D\u07F8\u1802\u1808\u2013\u2014\u3001\uFE10\uFE11"
                    + "\uFE13\uFE31\uFE32\uFE50\uFE51\uFE55\uFE58\uFE63\uFF0C\uFF0D\uFF1A\uFF64");
    private static final String MARKDOWN = "*_`~";
    private static final String QUOTES = "\"'\u275B\u275C\u275D\u275E";

    private static Set<Integer> set(String characters) {
        return Set.copyOf(characters.codePoints().boxed().toList());
    }

    /** Returns the property of a code point. */
    static SentenceProperty of(int character) {
        if (SEPARATORS.indexOf(character) >= 0) {
            return SEPARATOR;
        } else if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
            return SPACE;
        } else if (FULL_STOPS.indexOf(character) >= 0) {
            return FULL_STOP;
        } else if (TERMINATORS.contains(character)) {
            return TERMINATOR;
        } else if (CONTINUES.contains(character)) {
            return CONTINUE;
        } else if (QUOTES.indexOf(character) >= 0 || MARKDOWN.indexOf(character) >= 0) {
            return CLOSE;
        }
        return ofCategory(character);
    }

    private static SentenceProperty ofCategory(int character) {
        if (Character.isLowerCase(character)) {
            return LOWER;
        } else if (Character.isUpperCase(character) || Character.isTitleCase(character)) {
            return UPPER;
        }
        return switch (Character.getType(character)) {
            case Character.OTHER_LETTER, Character.MODIFIER_LETTER, Character.LETTER_NUMBER -> LETTER;
            case Character.DECIMAL_DIGIT_NUMBER -> NUMERIC;
            case Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_SYMBOL,
                    Character.MODIFIER_SYMBOL -> CLOSE;
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.FORMAT,
                    Character.CONTROL -> EXTEND;
            default -> OTHER;
        };
    }

    boolean isLetter() {
        return this == LOWER || this == UPPER || this == LETTER;
    }

    /** Whether the mark may end a sentence. */
    boolean ends() {
        return this == FULL_STOP || this == TERMINATOR;
    }
}
