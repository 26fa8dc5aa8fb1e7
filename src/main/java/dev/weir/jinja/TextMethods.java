package dev.weir.jinja;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings; {@link TextPieces} has those that split strings. Positions and lengths count code points. */
final class TextMethods {
    static final Registry<Method<String>> ALL = new Registry<Method<String>>()
            .add((text, a) -> PythonText.strip(text, a.text(0, "chars", null), true, true, a.budget()), "strip")
            .add((text, a) -> PythonText.strip(text, a.text(0, "chars", null), true, false, a.budget()), "lstrip")
            .add((text, a) -> PythonText.strip(text, a.text(0, "chars", null), false, true, a.budget()), "rstrip")
            .add((text, a) -> pieces(text, a).split(a.text(0, "sep", null), a.whole(1, "maxsplit", -1)), "split")
            .add(
                    (text, a) -> pieces(text, a).splitFromEnd(a.text(0, "sep", null), a.whole(1, "maxsplit", -1)),
                    "rsplit")
            .add((text, a) -> pieces(text, a).lines(a.flag(0, "keepends", false)), "splitlines")
            .add((text, a) -> partition(text, text(a, 0), false, a.budget()), "partition")
            .add((text, a) -> partition(text, text(a, 0), true, a.budget()), "rpartition")
            .add((text, a) -> any(a, part -> 0, text), "startswith")
            .add((text, a) -> any(a, part -> text.length() - part.length(), text), "endswith")
            .add((text, a) -> without(text, text(a, 0), false, a.budget()), "removeprefix")
            .add((text, a) -> without(text, text(a, 0), true, a.budget()), "removesuffix")
            .add((text, a) -> replace(text, text(a, 0), text(a, 1), a.whole(2, "count", -1), a.budget()), "replace")
            .add((text, a) -> position(text, search(text, a).next(0), a.budget()), "find")
            .add((text, a) -> position(text, search(text, a).previous(text.length()), a.budget()), "rfind")
            .add((text, a) -> found(text, search(text, a).next(0), a.budget()), "index")
            .add((text, a) -> found(text, search(text, a).previous(text.length()), a.budget()), "rindex")
            .add((text, a) -> search(text, a).count(), "count")
            .add((text, a) -> join(text, a.require(0, "iterable"), a.budget()), "join")
            .add((text, a) -> FieldFormat.format(text, a), "format")
            .add((text, a) -> upper(text, a.budget()), "upper")
            .add((text, a) -> lower(text, a.budget()), "lower", "casefold")
            .add((text, a) -> title(text, a.budget()), "title")
            .add((text, a) -> capitalize(text, a.budget()), "capitalize")
            .add((text, a) -> all(text, Character::isDigit, a.budget()), "isdigit", "isdecimal", "isnumeric")
            .add((text, a) -> all(text, Character::isLetter, a.budget()), "isalpha")
            .add((text, a) -> all(text, Character::isLetterOrDigit, a.budget()), "isalnum")
            .add((text, a) -> all(text, PythonText::isSpace, a.budget()), "isspace")
            .add((text, a) -> isUpper(text, a.budget()), "isupper")
            .add((text, a) -> isLower(text, a.budget()), "islower")
            .add((text, a) -> pad(text, a, 0.5), "center")
            .add((text, a) -> pad(text, a, 0), "ljust")
            .add((text, a) -> pad(text, a, 1), "rjust")
            .add((text, a) -> zeros(text, a), "zfill");

    private static final char SIGMA = '\u03a3';
    private static final int PIECE = 64;

    private TextMethods() {}

    private static TextPieces pieces(String text, Arguments arguments) {
        return new TextPieces(text, arguments.budget());
    }

    private static TextSearch search(String text, Arguments arguments) {
        return new TextSearch(text, text(arguments, 0), arguments.budget());
    }

    private static String text(Arguments arguments, int position) {
        return text(arguments.require(position, "value"));
    }

    private static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw JinjaException.type("a text is needed, not '" + PythonText.kind(value) + "'");
    }

    /** The index where a part must stand. */
    private interface Place {
        int of(String part);
    }

    private static Object any(Arguments arguments, Place place, String text) {
        Object wanted = arguments.require(0, "prefix");
        for (Object part : wanted instanceof List<?> list ? list : List.of(text(wanted))) {
            if (new TextSearch(text, text(part), arguments.budget()).isAt(place.of(text(part)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean all(String text, IntPredicate kind, Budget budget) {
        budget.charge(text.length());
        return !text.isEmpty() && text.codePoints().allMatch(kind);
    }

    static boolean isUpper(String text, Budget budget) {
        return text.equals(upper(text, budget)) && isCased(text, budget);
    }

    static boolean isLower(String text, Budget budget) {
        return text.equals(lower(text, budget)) && isCased(text, budget);
    }

    private static boolean isCased(String text, Budget budget) {
        budget.charge(text.length());
        return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }

    static String upper(String text, Budget budget) {
        return inPieces(text, piece -> piece.toUpperCase(Locale.ROOT), budget);
    }

    static String lower(String text, Budget budget) {
        return inPieces(text, piece -> piece.toLowerCase(Locale.ROOT), budget);
    }

    /**
     * Changes the letters of a text piece by piece. For a letter that becomes several, Java copies the whole text. A piece ends
     * at white space if possible. Otherwise it does not end at a sigma, which has a special form at the end of a word.
     */
    private static String inPieces(String text, UnaryOperator<String> change, Budget budget) {
        TextBuffer changed = new TextBuffer(budget);
        for (int from = 0; from < text.length(); ) {
            int to = pieceEnd(text, from);
            changed.append(change.apply(text.substring(from, to)));
            from = to;
        }
        return changed.toString();
    }

    private static int pieceEnd(String text, int from) {
        if (text.length() - from <= PIECE) {
            return text.length();
        }
        int end = from + PIECE;
        for (int at = end; at > from; at--) {
            if (PythonText.isSpace(text.charAt(at - 1))) {
                return at;
            }
        }
        while (end > from + PIECE / 2 && text.substring(end - 1, end + 1).indexOf(SIGMA) >= 0) {
            end--;
        }
        return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
    }

    private static Object partition(String text, String separator, boolean fromEnd, Budget budget) {
        TextPieces.checkSeparator(separator);
        TextSearch search = new TextSearch(text, separator, budget);
        int at = fromEnd ? search.previous(text.length()) : search.next(0);
        budget.text(text.length());
        if (at < 0) {
            return new Tuple(fromEnd ? Arrays.asList("", "", text) : Arrays.asList(text, "", ""));
        }
        return new Tuple(Arrays.asList(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    private static String without(String text, String part, boolean atEnd, Budget budget) {
        int place = atEnd ? text.length() - part.length() : 0;
        if (!new TextSearch(text, part, budget).isAt(place)) {
            return text;
        }
        return PythonText.cut(text, atEnd ? 0 : part.length(), atEnd ? place : text.length(), budget);
    }

    /**
     * Replaces occurrences of a text.
     *
     * @param most the most replacements; negative for all
     */
    static String replace(String text, String old, String with, int most, Budget budget) {
        TextSearch search = new TextSearch(text, old, budget);
        TextBuffer replaced = new TextBuffer(budget);
        int from = 0;
        int at = search.next(0);
        for (int count = 0; at >= 0 && (most < 0 || count < most); count++) {
            replaced.append(text, from, at).append(with);
            from = at + old.length();
            // An empty text occurs before each character and at the end.
            int next = old.isEmpty() && at < text.length() ? at + Character.charCount(text.codePointAt(at)) : from;
            at = old.isEmpty() && at == text.length() ? -1 : search.next(next);
        }
        return from == 0 && replaced.length() == 0
                ? text
                : replaced.append(text, from, text.length()).toString();
    }

    private static Object position(String text, int at, Budget budget) {
        budget.charge(Math.max(0, at));
        return at < 0 ? -1L : (long) text.codePointCount(0, at);
    }

    private static Object found(String text, int at, Budget budget) {
        if (at < 0) {
            throw JinjaException.type("substring not found");
        }
        return position(text, at, budget);
    }

    private static String join(String separator, @Nullable Object parts, Budget budget) {
        TextBuffer joined = new TextBuffer(budget);
        String before = "";
        for (Object part : Operators.items(parts, budget)) {
            if (!(part instanceof String text)) {
                throw JinjaException.type("a list of texts is needed, not of '" + PythonText.kind(part) + "'");
            }
            joined.append(before).append(text);
            before = separator;
        }
        return joined.toString();
    }

    static String capitalize(String text, Budget budget) {
        if (text.isEmpty()) {
            return text;
        }
        int end = text.offsetByCodePoints(0, 1);
        String first = text.substring(0, end).toUpperCase(Locale.ROOT);
        String rest = lower(text.substring(end), budget);
        budget.text((long) first.length() + rest.length());
        return first + rest;
    }

    /** Capitalises each sequence of letters. */
    private static String title(String text, Budget budget) {
        TextBuffer title = new TextBuffer(budget);
        boolean inWord = false;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            title.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
            at += Character.charCount(c);
        }
        return title.toString();
    }

    private static String zeros(String text, Arguments arguments) {
        long missing = arguments.whole(0, "width", 0) - Operators.length(text, arguments.budget());
        int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        return new TextBuffer(arguments.budget())
                .append(text, 0, sign)
                .repeat("0", missing)
                .append(text, sign, text.length())
                .toString();
    }

    private static String pad(String text, Arguments arguments, double left) {
        Budget budget = arguments.budget();
        long missing = Math.max(0, arguments.whole(0, "width", 0) - Operators.length(text, budget));
        String fill = arguments.text(1, "fillchar", " ");
        if (fill == null || Operators.length(fill, budget) != 1) {
            throw JinjaException.type("The fill character must be exactly one character long");
        }
        long before = (long) (missing * left);
        return new TextBuffer(budget)
                .repeat(fill, before)
                .append(text)
                .repeat(fill, missing - before)
                .toString();
    }
}
