package dev.weir.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters of texts, numbers and absent values. */
final class TextFilters {
    private static final Pattern WORD = Pattern.compile("[^-\\s({\\[<]+");

    private static final Pattern PREFIX = Pattern.compile("^0[xXoObB]");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final List<String> ESCAPES = List.of("&amp;", "&gt;", "&lt;", "&#39;", "&#34;");
    private static final int LONGEST_NUMBER = 400;
    private static final int MOST_PLACES = 1100;
    private static final double TWO_TO_63 = 0x1p63;

    static final Registry<Filter> ALL = new Registry<Filter>()
            .add(
                    (value, a) -> PythonText.strip(text(value, a), a.text(0, "chars", null), true, true, a.budget()),
                    "trim")
            .add((value, a) -> TextMethods.upper(text(value, a), a.budget()), "upper")
            .add((value, a) -> TextMethods.lower(text(value, a), a.budget()), "lower")
            .add((value, a) -> TextMethods.capitalize(text(value, a), a.budget()), "capitalize")
            .add((value, a) -> title(text(value, a), a.budget()), "title")
            .add(TextFilters::text, "string")
            .add((value, a) -> value, "safe")
            .add((value, a) -> escape(text(value, a), a.budget()), "escape", "e", "forceescape")
            .add(
                    (value, a) -> TextMethods.replace(
                            text(value, a),
                            a.requireText(0, "old"),
                            a.requireText(1, "new"),
                            a.whole(2, "count", -1),
                            a.budget()),
                    "replace")
            .add(
                    (value, a) -> PercentFormat.format(
                            text(value, a), a.named().isEmpty() ? a.positional() : a.named(), a.budget()),
                    "format")
            .add(TextFilters::indent, "indent")
            .add((value, a) -> (long) pieces(text(value, a), a).split(null, -1).size(), "wordcount")
            .add(JsonText::of, "tojson")
            .add((value, a) -> PythonText.repr(value, a.budget()), "pprint")
            .add(
                    (value, a) ->
                            value instanceof Undefined || (a.flag(1, "boolean", false) && !Operators.isTrue(value))
                                    ? a.get(0, "default_value", "")
                                    : value,
                    "default",
                    "d")
            .add(
                    (value, a) -> Operators.number(value) instanceof Long whole
                            ? (Object) absolute(whole)
                            : (Object) Math.abs(Operators.decimal(value)),
                    "abs")
            .add(TextFilters::whole, "int")
            .add(TextFilters::decimal, "float")
            .add(TextFilters::round, "round");

    private TextFilters() {}

    private static long absolute(long number) {
        if (number == Long.MIN_VALUE) {
            throw new JinjaException("the absolute value of " + number + " is too large");
        }
        return Math.abs(number);
    }

    private static String text(@Nullable Object value, Arguments arguments) {
        return PythonText.of(value, arguments.budget());
    }

    private static TextPieces pieces(String text, Arguments arguments) {
        return new TextPieces(text, arguments.budget());
    }

    /** Capitalises words as jinja2's filter, which splits words differently from Python's method. */
    private static String title(String text, Budget budget) {
        budget.text(text.length());
        Matcher words = WORD.matcher(text);
        TextBuffer title = new TextBuffer(budget);
        int from = 0;
        while (words.find()) {
            title.append(text, from, words.start()).append(TextMethods.capitalize(words.group(), budget));
            from = words.end();
        }
        return title.append(text, from, text.length()).toString();
    }

    private static String escape(String text, Budget budget) {
        TextBuffer escaped = new TextBuffer(budget);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int special = "&><'\"".indexOf(c);
            if (special < 0) {
                escaped.append(c);
            } else {
                escaped.append(ESCAPES.get(special));
            }
        }
        return escaped.toString();
    }

    private static Object indent(@Nullable Object value, Arguments arguments) {
        String blanks = arguments.get(0, "width", 4L) instanceof String text
                ? text
                : new TextBuffer(arguments.budget())
                        .repeat(" ", arguments.whole(0, "width", 4))
                        .toString();
        boolean first = arguments.flag(1, "first", false);
        boolean blank = arguments.flag(2, "blank", false);
        TextBuffer indented = new TextBuffer(arguments.budget());
        int number = 0;
        for (Object line : pieces(text(value, arguments) + "\n", arguments).lines(false)) {
            String each = String.valueOf(line);
            indented.append(number == 0 ? "" : "\n");
            if (number++ == 0 ? first : blank || !each.isEmpty()) {
                indented.append(blanks);
            }
            indented.append(each);
        }
        return indented.toString();
    }

    private static @Nullable Object whole(@Nullable Object value, Arguments arguments) {
        Object absent = arguments.get(0, "default", 0L);
        if (!(value instanceof String) && !Operators.isNumber(value)) {
            return absent;
        }
        if (value instanceof String text) {
            String digits = PythonText.strip(text, null, true, true, arguments.budget());
            int base = arguments.whole(1, "base", 10);
            return digits.length() > LONGEST_NUMBER ? absent : parsed(digits.replace("_", ""), base, absent);
        }
        return Operators.number(value) instanceof Long whole ? whole : truncated(Operators.decimal(value), absent);
    }

    private static @Nullable Object parsed(String digits, int base, @Nullable Object absent) {
        try {
            return Long.parseLong(base == 10 ? digits : PREFIX.matcher(digits).replaceFirst(""), base);
        } catch (NumberFormatException e) {
            return base == 10 && DECIMAL.matcher(digits).matches()
                    ? truncated(Double.parseDouble(digits), absent)
                    : absent;
        }
    }

    private static @Nullable Object truncated(double number, @Nullable Object absent) {
        return Math.abs(number) < TWO_TO_63 ? (Object) (long) number : absent;
    }

    private static @Nullable Object decimal(@Nullable Object value, Arguments arguments) {
        Object absent = arguments.get(0, "default", 0.0);
        if (value instanceof String text) {
            String digits = PythonText.strip(text, null, true, true, arguments.budget());
            return digits.length() <= LONGEST_NUMBER && DECIMAL.matcher(digits).matches()
                    ? (Object) Double.parseDouble(digits)
                    : absent;
        }
        return Operators.isNumber(value) ? (Object) Operators.decimal(value) : absent;
    }

    /**
     * Rounds half to even, as Python does. The result is a float, except for an integer with the method {@code common} and a
     * precision of 0 or more.
     */
    private static Object round(@Nullable Object value, Arguments arguments) {
        int precision = arguments.whole(0, "precision", 0);
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
        // No double has more digits on either side of its point.
        int places = Math.max(-MOST_PLACES, Math.min(MOST_PLACES, precision));
        return Double.isFinite(decimal)
                ? new BigDecimal(decimal).setScale(places, mode).doubleValue()
                : decimal;
    }
}
