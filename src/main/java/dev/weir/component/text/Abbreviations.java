package dev.weir.component.text;

import java.util.Set;
import java.util.regex.Pattern;

/** Recognises a full stop that belongs to the word before it and ends no sentence. Stateless. */
final class Abbreviations {
    /** Words before a name or another word. */
    private static final Set<String> BEFORE_WORDS = Set.of(
            "Mr", "Mrs", "Ms", "Mx", "Dr", "Prof", "Rev", "Fr", "Hon", "Pres", "Gov", "Sen", "Rep", "Gen", "Col", "Maj",
            "Capt", "Cmdr", "Lt", "Sgt", "Cpl", "Adm", "St", "Mt", "Ft", "Messrs", "Mme", "Mlle", "vs", "Vs", "e.g",
            "E.g", "i.e", "I.e", "cf", "Cf", "viz", "ca", "approx");
    /** Words before a number. */
    private static final Set<String> BEFORE_NUMBERS = Set.of(
            "No", "Nos", "no", "nos", "Fig", "Figs", "fig", "Eq", "Eqs", "Vol", "vol", "Ch", "ch", "Sec", "sec", "Art",
            "art", "Ver", "ver", "p", "pp", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct",
            "Nov", "Dec");

    private static final int LONGEST = 10;
    private static final Pattern DATE = Pattern.compile("[0-9]{4}\\.[0-9]{1,2}\\.[0-9]{1,2}");
    private static final int LONGEST_NUMBER = 4;

    private Abbreviations() {}

    /**
     * Whether a full stop ends no sentence before a character of the kind {@code next}.
     *
     * @param text begins with the sentence
     * @param stop the index of the full stop
     */
    static boolean isAt(CharSequence text, int stop, SentenceProperty next) {
        int start = stop;
        while (start > 0 && stop - start <= LONGEST && isOfWord(text.charAt(start - 1))) {
            start--;
        }
        String word = text.subSequence(start, stop).toString();
        return BEFORE_WORDS.contains(word)
                || (next == SentenceProperty.NUMERIC && BEFORE_NUMBERS.contains(word))
                || isInitial(word)
                || (isNumber(word)
                        && (next == SentenceProperty.NUMERIC || isFirst(text, start) || isAfterNumber(text, start)))
                || DATE.matcher(word).matches();
    }

    private static boolean isOfWord(char character) {
        return Character.isLetterOrDigit(character) || character == '.';
    }

    /** The initial of a name. "I" is a word. */
    private static boolean isInitial(String word) {
        return word.length() == 1 && Character.isUpperCase(word.charAt(0)) && !word.equals("I");
    }

    private static boolean isNumber(String word) {
        return !word.isEmpty()
                && word.length() <= LONGEST_NUMBER
                && word.chars().allMatch(Character::isDigit);
    }

    /** Whether a word is the first of the sentence, as the number of a list's element is. */
    private static boolean isFirst(CharSequence text, int start) {
        return text.subSequence(0, start).chars().noneMatch(Character::isLetterOrDigit);
    }

    /** Whether a word follows a number with a full stop, as in the Korean date {@code 2026. 1. 15.} */
    private static boolean isAfterNumber(CharSequence text, int start) {
        int end = start;
        while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return end > 1 && end < start && text.charAt(end - 1) == '.' && Character.isDigit(text.charAt(end - 2));
    }
}
