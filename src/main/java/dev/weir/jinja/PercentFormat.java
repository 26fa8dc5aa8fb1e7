package dev.weir.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's {@code '%s' % value}. */
final class PercentFormat {
    private static final String TYPES = "sradiuxXofFeEgGc%";
    private static final int MAX_WIDTH = 9999;
    private static final int MAX_PRECISION = 400;

    private PercentFormat() {}

    /**
     * One directive of a pattern.
     *
     * @param key the name in parentheses; null if there is none
     * @param precision -1 if there is none
     * @param end the index after the directive
     */
    private record Directive(@Nullable String key, String flags, int width, int precision, char type, int end) {
        boolean has(char flag) {
            return flags.indexOf(flag) >= 0;
        }
    }

    /** Throws the failures of {@link #format} that do not depend on the values. */
    static void check(String pattern) {
        for (int at = pattern.indexOf('%'); at >= 0; ) {
            at = pattern.indexOf('%', directive(pattern, at).end());
        }
    }

    /**
     * Formats values.
     *
     * @param values a list for several directives, a mapping for named ones, or the single value
     */
    static String format(String pattern, @Nullable Object values, Budget budget) {
        TextBuffer text = new TextBuffer(budget);
        int used = 0;
        int from = 0;
        for (int at = pattern.indexOf('%'); at >= 0; at = pattern.indexOf('%', from)) {
            text.append(pattern, from, at);
            Directive directive = directive(pattern, at);
            from = directive.end();
            if (directive.type() == '%') {
                text.append('%');
            } else {
                Object value =
                        directive.key() != null ? named(values, directive.key(), budget) : positional(values, used++);
                fill(directive, value, text);
            }
        }
        if (used > 0 && values instanceof List<?> list && used < list.size()) {
            throw JinjaException.type("not all arguments converted during string formatting");
        }
        return text.append(pattern, from, pattern.length()).toString();
    }

    private static Directive directive(String pattern, int begin) {
        int at = begin + 1;
        String key = null;
        if (at < pattern.length() && pattern.charAt(at) == '(') {
            int end = pattern.indexOf(')', at);
            if (end < 0) {
                throw JinjaException.type("incomplete format key");
            }
            key = pattern.substring(at + 1, end);
            at = end + 1;
        }
        int flags = at;
        while (at < pattern.length() && "-+ #0".indexOf(pattern.charAt(at)) >= 0) {
            at++;
        }
        int width = at;
        at = afterDigits(pattern, at);
        int point = at;
        if (at < pattern.length() && pattern.charAt(at) == '.') {
            at = afterDigits(pattern, at + 1);
        }
        if (at == pattern.length()) {
            throw JinjaException.type("incomplete format");
        }
        char type = pattern.charAt(at);
        if (TYPES.indexOf(type) < 0) {
            throw JinjaException.type("unsupported format '%" + type + "' (must be one of " + TYPES + ")");
        }
        return new Directive(
                key,
                pattern.substring(flags, width),
                number(pattern.substring(width, point), MAX_WIDTH),
                point == at ? -1 : number(pattern.substring(point + 1, at), MAX_PRECISION),
                type,
                at + 1);
    }

    private static int afterDigits(String pattern, int from) {
        int at = from;
        while (at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static int number(String digits, int most) {
        if (digits.length() > 9 || (!digits.isEmpty() && Integer.parseInt(digits) > most)) {
            throw JinjaException.type("a number in a format is too large (at most " + most + ")");
        }
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static @Nullable Object named(@Nullable Object values, String key, Budget budget) {
        budget.charge(key.length());
        if (values instanceof Map<?, ?> map && map.containsKey(key)) {
            return map.get(key);
        }
        throw JinjaException.type("the format has no value for '" + PythonText.shown(key) + "'");
    }

    private static @Nullable Object positional(@Nullable Object values, int index) {
        if (values instanceof List<?> list ? index < list.size() : index == 0) {
            return values instanceof List<?> list ? list.get(index) : values;
        }
        throw JinjaException.type("not enough arguments for format string");
    }

    private static void fill(Directive directive, @Nullable Object value, TextBuffer text) {
        String filled = filled(directive, value, text.budget());
        long missing = directive.width() - Operators.length(filled, text.budget());
        boolean numeric = "srac".indexOf(directive.type()) < 0;
        if (directive.has('-')) {
            text.append(filled).repeat(" ", missing);
        } else if (directive.has('0') && numeric) {
            int sign = !filled.isEmpty() && "+- ".indexOf(filled.charAt(0)) >= 0 ? 1 : 0;
            text.append(filled, 0, sign).repeat("0", missing).append(filled, sign, filled.length());
        } else {
            text.repeat(" ", missing).append(filled);
        }
    }

    private static String filled(Directive directive, @Nullable Object value, Budget budget) {
        return switch (directive.type()) {
            case 's' -> cut(PythonText.of(value, budget), directive.precision(), budget);
            case 'r', 'a' -> cut(PythonText.repr(value, budget), directive.precision(), budget);
            case 'd', 'i', 'u' -> signed(directive, wholes(value));
            case 'x' -> signed(directive, Long.toString(Operators.whole(value), 16));
            case 'X' ->
                signed(directive, Long.toString(Operators.whole(value), 16).toUpperCase(Locale.ROOT));
            case 'o' -> signed(directive, Long.toString(Operators.whole(value), 8));
            case 'c' -> character(value);
            default -> signed(directive, decimal(directive, Operators.decimal(value)));
        };
    }

    private static String wholes(@Nullable Object value) {
        if (Operators.number(value) instanceof Long whole) {
            return whole.toString();
        }
        double decimal = Operators.decimal(value);
        if (Double.isNaN(decimal) || Double.isInfinite(decimal)) {
            throw JinjaException.type("cannot convert float " + PythonText.number(decimal) + " to integer");
        }
        return new BigDecimal(decimal).toBigInteger().toString();
    }

    private static String decimal(Directive directive, double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return PythonText.number(value);
        }
        int precision = directive.precision() < 0 ? 6 : directive.precision();
        String text = switch (Character.toLowerCase(directive.type())) {
            case 'f' ->
                new BigDecimal(value)
                        .setScale(precision, RoundingMode.HALF_EVEN)
                        .toPlainString();
            case 'e' -> String.format(Locale.ROOT, "%." + precision + "e", value);
            default -> general(value, Math.max(1, precision));
        };
        boolean negativeZero = value == 0 && 1 / value < 0;
        String signed = negativeZero && !text.startsWith("-") ? "-" + text : text;
        return Character.isUpperCase(directive.type()) ? signed.toUpperCase(Locale.ROOT) : signed;
    }

    /**
     * Formats with {@code digits} significant digits, without trailing zeros. Uses an exponent if it is below -4 or at least
     * {@code digits}.
     */
    private static String general(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value)
                .round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < digits) {
            return rounded.toPlainString();
        }
        String mantissa = rounded.movePointLeft(exponent).toPlainString();
        return mantissa + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private static String signed(Directive directive, String number) {
        if (number.startsWith("-")) {
            return number;
        }
        return (directive.has('+') ? "+" : directive.has(' ') ? " " : "") + number;
    }

    private static String character(@Nullable Object value) {
        if (value instanceof Long code && code >= 0 && code <= Character.MAX_CODE_POINT) {
            return Character.toString(code.intValue());
        }
        if (value instanceof String text
                && text.codePointCount(0, Math.min(2, text.length())) == 1
                && text.length() <= 2) {
            return text;
        }
        throw JinjaException.type("%c requires an int in range(0x110000) or a single unicode character");
    }

    private static String cut(String text, int precision, Budget budget) {
        if (precision < 0 || precision >= text.length()) {
            return text;
        }
        int end = 0;
        for (int i = 0; i < precision && end < text.length(); i++) {
            end += Character.charCount(text.codePointAt(end));
        }
        return PythonText.cut(text, 0, end, budget);
    }
}
