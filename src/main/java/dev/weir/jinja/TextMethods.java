package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's texts. Positions and lengths count code points. */
final class TextMethods {
    private TextMethods() {}

    /** The method of that name, bound to {@code text}; null if it has none. */
    static @Nullable JinjaFunction find(String text, String name) {
        return switch (name) {
            case "strip" -> a -> PythonText.strip(text, a.text(0, "chars", null), true, true);
            case "lstrip" -> a -> PythonText.strip(text, a.text(0, "chars", null), true, false);
            case "rstrip" -> a -> PythonText.strip(text, a.text(0, "chars", null), false, true);
            case "split" -> a -> split(text, a.text(0, "sep", null), a.whole(1, "maxsplit", -1));
            case "rsplit" -> a -> rsplit(text, a.text(0, "sep", null), a.whole(1, "maxsplit", -1));
            case "splitlines" -> a -> splitLines(text, a.flag(0, "keepends", false));
            case "partition" -> a -> partition(text, text(a, 0), text.indexOf(text(a, 0)), false);
            case "rpartition" -> a -> partition(text, text(a, 0), text.lastIndexOf(text(a, 0)), true);
            case "startswith" -> a -> any(a, text::startsWith);
            case "endswith" -> a -> any(a, text::endsWith);
            case "removeprefix" ->
                a -> text.startsWith(text(a, 0)) ? text.substring(text(a, 0).length()) : text;
            case "removesuffix" ->
                a -> text.endsWith(text(a, 0))
                        ? text.substring(0, text.length() - text(a, 0).length())
                        : text;
            case "replace" -> a -> replace(text, text(a, 0), text(a, 1), a.whole(2, "count", -1));
            case "find" -> a -> position(text, text.indexOf(text(a, 0)));
            case "rfind" -> a -> position(text, text.lastIndexOf(text(a, 0)));
            case "index" -> a -> found(text, text(a, 0));
            case "count" -> a -> count(text, text(a, 0));
            case "join" -> a -> join(text, a.require(0, "iterable"));
            case "format" -> a -> PercentFormat.fields(text, a);
            case "upper" -> a -> text.toUpperCase(Locale.ROOT);
            case "lower", "casefold" -> a -> text.toLowerCase(Locale.ROOT);
            case "title" -> a -> title(text);
            case "capitalize" -> a -> capitalize(text);
            case "swapcase", "expandtabs", "translate", "encode" -> null;
            case "isdigit", "isdecimal", "isnumeric" -> a -> all(text, Character::isDigit);
            case "isalpha" -> a -> all(text, Character::isLetter);
            case "isalnum" -> a -> all(text, Character::isLetterOrDigit);
            case "isspace" -> a -> all(text, PythonText::isSpace);
            case "isupper" -> a -> isCased(text) && text.equals(text.toUpperCase(Locale.ROOT));
            case "islower" -> a -> isCased(text) && text.equals(text.toLowerCase(Locale.ROOT));
            case "center" -> a -> pad(text, a, 0.5);
            case "ljust" -> a -> pad(text, a, 0);
            case "rjust" -> a -> pad(text, a, 1);
            case "zfill" ->
                a -> "0".repeat((int) Math.min(
                                Budget.MAX_CHARACTERS, Math.max(0, a.whole(0, "width", 0) - Operators.length(text))))
                        + text;
            default -> null;
        };
    }

    private static String text(Arguments arguments, int position) {
        Object value = arguments.require(position, "value");
        if (value instanceof String text) {
            return text;
        }
        throw JinjaException.type("a text is needed, not '" + PythonText.kind(value) + "'");
    }

    private static Object any(Arguments arguments, Predicate<String> matches) {
        return arguments.require(0, "prefix") instanceof List<?> list
                ? list.stream().anyMatch(each -> matches.test(PythonText.of(each)))
                : matches.test(text(arguments, 0));
    }

    private static boolean all(String text, IntPredicate kind) {
        return !text.isEmpty() && text.codePoints().allMatch(kind);
    }

    private static boolean isCased(String text) {
        return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }

    static List<@Nullable Object> split(String text, @Nullable String separator, int most) {
        return separator == null ? words(text, most) : pieces(text, separator, most);
    }

    private static List<@Nullable Object> pieces(String text, String separator, int most) {
        checkSeparator(separator);
        List<@Nullable Object> pieces = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0 && (most < 0 || pieces.size() < most); ) {
            pieces.add(text.substring(from, at));
            from = at + separator.length();
            at = text.indexOf(separator, from);
            Budget.checkElements(pieces.size());
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    private static void checkSeparator(String separator) {
        if (separator.isEmpty()) {
            throw JinjaException.type("empty separator");
        }
    }

    private static List<@Nullable Object> words(String text, int most) {
        List<@Nullable Object> words = new ArrayList<>();
        String rest = PythonText.strip(text, null, true, false);
        while (!rest.isEmpty()) {
            int end = 0;
            while (end < rest.length() && !PythonText.isSpace(rest.charAt(end))) {
                end++;
            }
            if (most >= 0 && words.size() == most) {
                words.add(rest);
                return words;
            }
            words.add(rest.substring(0, end));
            rest = PythonText.strip(rest.substring(end), null, true, false);
            Budget.checkElements(words.size());
        }
        return words;
    }

    private static List<@Nullable Object> rsplit(String text, @Nullable String separator, int most) {
        if (most < 0) {
            return split(text, separator, most);
        }
        if (separator == null) {
            throw JinjaException.type("rsplit needs a separator where it has a maximum");
        }
        checkSeparator(separator);
        List<@Nullable Object> pieces = new ArrayList<>();
        int to = text.length();
        for (int at = text.lastIndexOf(separator); at >= 0 && pieces.size() < most; ) {
            pieces.add(0, text.substring(at + separator.length(), to));
            to = at;
            at = text.lastIndexOf(separator, to - separator.length());
        }
        pieces.add(0, text.substring(0, to));
        return pieces;
    }

    static List<@Nullable Object> splitLines(String text, boolean keepEnds) {
        List<@Nullable Object> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = from;
            while (end < text.length()
                    && "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(end)) < 0) {
                end++;
            }
            int next = Math.min(text.length(), text.startsWith("\r\n", end) ? end + 2 : end + 1);
            lines.add(text.substring(from, keepEnds ? next : end));
            from = next;
        }
        return lines;
    }

    private static Object partition(String text, String separator, int at, boolean fromEnd) {
        checkSeparator(separator);
        if (at < 0) {
            return new Tuple(fromEnd ? Arrays.asList("", "", text) : Arrays.asList(text, "", ""));
        }
        return new Tuple(Arrays.asList(text.substring(0, at), separator, text.substring(at + separator.length())));
    }

    static String replace(String text, String old, String with, int most) {
        long growth = Math.max(0, with.length() - old.length());
        Budget.checkCharacters(text.length() + growth * count(text, old));
        if (most < 0) {
            return text.replace(old, with);
        }
        StringBuilder replaced = new StringBuilder();
        int from = 0;
        for (int count = 0; count < most; count++) {
            int at = text.indexOf(old, from);
            if (at < 0) {
                break;
            }
            replaced.append(text, from, at).append(with);
            from = at + old.length();
            if (old.isEmpty()) {
                throw JinjaException.type("replace needs a text to look for where it has a count");
            }
        }
        return replaced.append(text, from, text.length()).toString();
    }

    private static Object position(String text, int at) {
        return at < 0 ? -1L : (long) text.codePointCount(0, at);
    }

    private static Object found(String text, String part) {
        int at = text.indexOf(part);
        if (at < 0) {
            throw JinjaException.type("substring not found");
        }
        return position(text, at);
    }

    private static long count(String text, String part) {
        if (part.isEmpty()) {
            return Operators.length(text) + 1;
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    private static String join(String separator, @Nullable Object parts) {
        StringBuilder joined = new StringBuilder();
        String before = "";
        for (Object part : Operators.elements(parts)) {
            if (!(part instanceof String text)) {
                throw JinjaException.type("a list of texts is needed, not of '" + PythonText.kind(part) + "'");
            }
            joined.append(before).append(text);
            before = separator;
            Budget.checkCharacters(joined.length());
        }
        return joined.toString();
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int end = text.offsetByCodePoints(0, 1);
        return text.substring(0, end).toUpperCase(Locale.ROOT)
                + text.substring(end).toLowerCase(Locale.ROOT);
    }

    /** Every run of letters begins with a capital. */
    private static String title(String text) {
        StringBuilder title = new StringBuilder();
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            title.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return title.toString();
    }

    private static String pad(String text, Arguments arguments, double left) {
        long missing = Math.max(0, arguments.whole(0, "width", 0) - Operators.length(text));
        Budget.checkCharacters(missing);
        String fill = PythonText.of(arguments.get(1, "fillchar", " "));
        int before = (int) (missing * left);
        return fill.repeat(before) + text + fill.repeat((int) missing - before);
    }
}
