package dev.weir.component.text;

import java.util.OptionalInt;

/**
 * Finds the end of the first sentence in a text that is still arriving. Each character is read once, up to a bounded look-ahead.
 * Not thread-safe.
 *
 * @see <a href="https://www.unicode.org/reports/tr29/#Sentence_Boundary_Rules">The rules SB1 to SB998</a>
 */
final class SentenceScanner {
    /** The most characters after a full stop that are searched for a letter in lower case (rule SB8). */
    private static final int LONGEST_LOOK_AHEAD = 64;

    private static final int ELLIPSIS = 0x2026;

    /** The part of the end of a sentence that was read last. */
    private enum Phase {
        /** No mark that ends a sentence was read. */
        WITHIN,
        /** The mark itself. */
        MARK,
        /** Closing marks that follow at once. */
        CLOSED,
        /** White space. */
        SPACED,
        /** Characters that do not decide, after a full stop and white space. */
        SEARCHING
    }

    private Phase phase = Phase.WITHIN;
    private int position;
    private SentenceProperty before = SentenceProperty.OTHER;
    /** The last mark, its index, and the kind of the character before it. */
    private SentenceProperty mark = SentenceProperty.OTHER;

    private int markAt;
    private SentenceProperty beforeMark = SentenceProperty.OTHER;
    /** True if the mark is an ellipsis. */
    private boolean several;

    private boolean ascii;
    /** True if a closing mark follows the mark. */
    private boolean closed;
    /** The end of the sentence, if the mark ends it. */
    private int end;

    /** Begins again at the beginning of the text. */
    void restart() {
        phase = Phase.WITHIN;
        position = 0;
        before = SentenceProperty.OTHER;
    }

    /**
     * Reads the text from where the last call ended. The text begins with the sentence, and may have grown since.
     *
     * @param whole whether no further text comes
     * @return the end of the sentence if no later text can change it; {@link #restart} must follow
     */
    OptionalInt scan(CharSequence text, boolean whole) {
        while (position < text.length()) {
            int character = Character.codePointAt(text, position);
            int next = position + Character.charCount(character);
            if (next == text.length() && !whole && mayGrow(text.charAt(position))) {
                return OptionalInt.empty();
            }
            SentenceProperty property = SentenceProperty.of(character);
            if (property == SentenceProperty.SEPARATOR) {
                return OptionalInt.of(phase == Phase.SEARCHING ? end : lineEnd(text, next));
            }
            if (property == SentenceProperty.EXTEND) {
                end = phase == Phase.MARK || phase == Phase.CLOSED || phase == Phase.SPACED ? next : end;
            } else if (phase == Phase.WITHIN) {
                within(property, character, next);
            } else if (endsBefore(property, character, next, text)) {
                return OptionalInt.of(end);
            }
            position = next;
        }
        return whole && phase != Phase.WITHIN ? OptionalInt.of(end) : OptionalInt.empty();
    }

    /** Returns the end of a line. Carriage return and line feed are one separator. */
    private static int lineEnd(CharSequence text, int next) {
        boolean pair = text.charAt(next - 1) == '\r' && next < text.length() && text.charAt(next) == '\n';
        return pair ? next + 1 : next;
    }

    /** A line feed may follow a carriage return, and a low surrogate a high one. */
    private static boolean mayGrow(char last) {
        return last == '\r' || Character.isHighSurrogate(last);
    }

    private void within(SentenceProperty property, int character, int next) {
        if (property.ends()) {
            several = character == ELLIPSIS;
            mark(property, character, next);
        }
        before = property;
    }

    private void mark(SentenceProperty property, int character, int next) {
        phase = Phase.MARK;
        mark = property;
        markAt = position;
        beforeMark = before;
        ascii = character < 0x80;
        closed = false;
        end = next;
    }

    private void goOn(SentenceProperty property) {
        phase = Phase.WITHIN;
        before = property;
    }

    /** Reads a character after a mark. True if the sentence ends before the character. */
    private boolean endsBefore(SentenceProperty property, int character, int next, CharSequence text) {
        if (property.ends()) {
            if (phase == Phase.SEARCHING) {
                return true;
            }
            boolean both = property == SentenceProperty.FULL_STOP && mark == SentenceProperty.FULL_STOP;
            several = character == ELLIPSIS || (both && phase == Phase.MARK);
            before = mark;
            mark(property, character, next);
            return false;
        } else if (property == SentenceProperty.CONTINUE && phase != Phase.SEARCHING) {
            goOn(property);
            return false;
        }
        return switch (phase) {
            case MARK, CLOSED -> endsAtOnceBefore(property, next);
            case SPACED -> endsAfterSpaceBefore(property, next, text);
            default -> endsSearchBefore(property, text);
        };
    }

    /** Decides at a character that follows the mark or its closing marks without white space. */
    private boolean endsAtOnceBefore(SentenceProperty property, int next) {
        if (property == SentenceProperty.SPACE) {
            phase = Phase.SPACED;
            end = next;
            return false;
        } else if (property == SentenceProperty.CLOSE) {
            phase = Phase.CLOSED;
            closed = true;
            end = next;
            return false;
        }
        // Particles follow a quotation and a Latin word at once. Numbers, addresses and paths have marks inside.
        boolean cut =
                !closed && !several && (ascii ? property == SentenceProperty.LETTER && isAfterLetter() : isWide());
        if (!cut) {
            goOn(property);
        }
        return cut;
    }

    /** Whether a letter without case, such as a Hangul syllable, or a closing mark precedes the mark. */
    private boolean isAfterLetter() {
        return beforeMark == SentenceProperty.LETTER || beforeMark == SentenceProperty.CLOSE;
    }

    /** Whether the mark is one of a script that writes no white space after it. */
    private boolean isWide() {
        return mark == SentenceProperty.TERMINATOR;
    }

    private boolean endsAfterSpaceBefore(SentenceProperty property, int next, CharSequence text) {
        if (property == SentenceProperty.SPACE) {
            end = next;
            return false;
        } else if (property == SentenceProperty.LOWER && (mark == SentenceProperty.FULL_STOP || closed)) {
            goOn(property);
            return false;
        } else if (mark == SentenceProperty.TERMINATOR || property.isLetter() || property == SentenceProperty.NUMERIC) {
            return endsUnlessAbbreviated(property, text);
        }
        phase = Phase.SEARCHING;
        return false;
    }

    /** Decides at the first character after a full stop and white space that can decide. */
    private boolean endsSearchBefore(SentenceProperty property, CharSequence text) {
        if (property == SentenceProperty.LOWER) {
            goOn(property);
            return false;
        } else if (property.isLetter() || property == SentenceProperty.NUMERIC) {
            return endsUnlessAbbreviated(property, text);
        }
        return position - end >= LONGEST_LOOK_AHEAD;
    }

    private boolean endsUnlessAbbreviated(SentenceProperty property, CharSequence text) {
        if (isAbbreviation(property, text)) {
            goOn(property);
            return false;
        }
        return true;
    }

    private boolean isAbbreviation(SentenceProperty property, CharSequence text) {
        return mark == SentenceProperty.FULL_STOP
                && ascii
                && !several
                && !beforeMark.ends()
                && Abbreviations.isAt(text, markAt, property);
    }
}
