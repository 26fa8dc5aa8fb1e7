package dev.weir.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters of texts, numbers and absent values. */
final class TextFilters {
    private static final Pattern WORD = Pattern.compile("[^-\\s({\\[<]+");

    /** A number with a fraction or an exponent. */
    private static final Pattern FRACTION =
            Pattern.compile("[+-]?(?=[0-9.]*[.eE])([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    /** So many digits behind the point, or before it, leave a double as it is, or nothing of it. */
    private static final int MAX_PRECISION = 400;

    private TextFilters() {}

    static @Nullable Filter find(String name) {
        return switch (name) {
            case "trim" -> (value, a) -> PythonText.strip(PythonText.of(value), a.text(0, "chars", null), true, true);
            case "upper" -> (value, a) -> PythonText.of(value).toUpperCase(Locale.ROOT);
            case "lower" -> (value, a) -> PythonText.of(value).toLowerCase(Locale.ROOT);
            case "capitalize" -> (value, a) -> TextMethods.capitalize(PythonText.of(value));
            case "title" -> (value, a) -> title(PythonText.of(value));
            case "string" -> (value, a) -> PythonText.of(value);
            case "safe" -> (value, a) -> value;
            case "escape", "e", "forceescape" -> (value, a) -> escape(PythonText.of(value));
            case "replace" ->
                (value, a) -> TextMethods.replace(
                        PythonText.of(value), text(a, 0, "old"), text(a, 1, "new"), a.whole(2, "count", -1));
            case "format" ->
                (value, a) ->
                        PercentFormat.format(PythonText.of(value), a.named().isEmpty() ? a.positional() : a.named());
            case "indent" -> TextFilters::indent;
            case "wordcount" ->
                (value, a) ->
                        (long) TextMethods.split(PythonText.of(value), null, -1).size();
            case "tojson" -> JsonText::of;
            case "pprint" -> (value, a) -> PythonText.repr(value);
            case "default", "d" ->
                (value, a) -> value instanceof Undefined || (a.flag(1, "boolean", false) && !Operators.isTrue(value))
                        ? a.get(0, "default_value", "")
                        : value;
            case "abs" ->
                (value, a) -> Operators.number(value) instanceof Long whole
                        ? (Object) Math.abs(whole)
                        : (Object) Math.abs(Operators.decimal(value));
            case "int" -> TextFilters::whole;
            case "float" -> TextFilters::decimal;
            case "round" -> TextFilters::round;
            default -> null;
        };
    }

    private static String text(Arguments arguments, int position, String name) {
        return PythonText.of(arguments.require(position, name));
    }

    /** As jinja2's filter, which counts words otherwise than Python's method. */
    private static String title(String text) {
        return WORD.matcher(text).replaceAll(word -> Matcher.quoteReplacement(TextMethods.capitalize(word.group())));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static Object indent(@Nullable Object value, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        String blanks = width instanceof String text
                ? text
                : " ".repeat(Math.max(0, Math.min(Budget.MAX_CHARACTERS, arguments.whole(0, "width", 4))));
        boolean first = arguments.flag(1, "first", false);
        boolean blank = arguments.flag(2, "blank", false);
        List<String> lines = new ArrayList<>();
        for (Object line : TextMethods.splitLines(PythonText.of(value) + "\n", false)) {
            boolean indented =
                    lines.isEmpty() ? first : blank || !PythonText.of(line).isEmpty();
            lines.add((indented ? blanks : "") + line);
        }
        return String.join("\n", lines);
    }

    private static @Nullable Object whole(@Nullable Object value, Arguments arguments) {
        Object absent = arguments.get(0, "default", 0L);
        try {
            if (value instanceof String text) {
                int base = arguments.whole(1, "base", 10);
                String digits = text.strip().replace("_", "");
                return base == 10 && FRACTION.matcher(digits).matches()
                        ? whole(Double.parseDouble(digits), absent)
                        : (Object) Long.parseLong(digits.replaceFirst("^0[xXoObB]", ""), base);
            }
            return !Operators.isNumber(value)
                    ? absent
                    : Operators.number(value) instanceof Long whole ? whole : whole(Operators.decimal(value), absent);
        } catch (NumberFormatException e) {
            return absent;
        }
    }

    /** A number without its fraction, as far as 64 bits hold it. */
    private static @Nullable Object whole(double number, @Nullable Object absent) {
        // Not Long.MAX_VALUE, which as a double is 2^63.
        return number >= Long.MIN_VALUE && number < -(double) Long.MIN_VALUE ? (Object) (long) number : absent;
    }

    private static @Nullable Object decimal(@Nullable Object value, Arguments arguments) {
        try {
            return value instanceof String text
                    ? (Object) Double.parseDouble(text.strip())
                    : Operators.isNumber(value) ? (Object) Operators.decimal(value) : arguments.get(0, "default", 0.0);
        } catch (NumberFormatException e) {
            return arguments.get(0, "default", 0.0);
        }
    }

    /** Half to even, as Python rounds; always a number with a fraction. */
    private static Object round(@Nullable Object value, Arguments arguments) {
        int precision = Math.max(-MAX_PRECISION, Math.min(MAX_PRECISION, arguments.whole(0, "precision", 0)));
        RoundingMode mode = switch (String.valueOf(arguments.text(1, "method", "common"))) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> throw new JinjaException("round's method must be common, ceil or floor");
        };
        Object number = Operators.number(value);
        if (number instanceof Long && mode == RoundingMode.HALF_EVEN && precision >= 0) {
            return number;
        }
        double decimal = Operators.decimal(number);
        return Double.isFinite(decimal)
                ? new BigDecimal(decimal).setScale(precision, mode).doubleValue()
                : decimal;
    }
}
