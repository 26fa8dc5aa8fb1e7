package dev.weir.json;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Resolves unquoted words by the core schema of YAML 1.2.2 (§10.3.2). */
public final class Scalars {
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]++|[0-9]++(\\.[0-9]*+)?)([eE][-+]?[0-9]++)?");
    private static final Pattern PREFIXED = Pattern.compile("0x[0-9a-fA-F]++|0o[0-7]++");
    private static final Pattern CANONICAL = Pattern.compile("-?(0|[1-9][0-9]*+)(\\.[0-9]++)?");
    private static final int LONGEST_SPECIAL = 5;

    private Scalars() {}

    /** Returns null, a Boolean or a Number if {@code text} spells one, otherwise {@code text} itself. */
    public static @Nullable Object resolve(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (text.length() <= LONGEST_SPECIAL) {
            switch (text) {
                case "~", "null", "Null", "NULL" -> {
                    return null;
                }
                case "true", "True", "TRUE" -> {
                    return true;
                }
                case "false", "False", "FALSE" -> {
                    return false;
                }
                case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> {
                    return Double.POSITIVE_INFINITY;
                }
                case "-.inf", "-.Inf", "-.INF" -> {
                    return Double.NEGATIVE_INFINITY;
                }
                case ".nan", ".NaN", ".NAN" -> {
                    return Double.NaN;
                }
                default -> {}
            }
        }
        return isNumberStart(text.charAt(0)) ? number(text) : text;
    }

    /**
     * Returns the value of a text that has one form only: {@code true}, {@code false}, a number without a plus, an exponent
     * and needless zeros in front, a list or a map in JSON. Otherwise returns {@code text} itself.
     */
    public static @Nullable Object canonical(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        if (text.length() <= Numbers.MAX_TEXT && CANONICAL.matcher(text).matches()) {
            return text.equals("-0") ? text : number(text);
        }
        if (text.startsWith("[") || text.startsWith("{")) {
            try {
                return Json.parse(text);
            } catch (JsonSyntaxException e) {
                return text; // Looks like JSON but is none.
            }
        }
        return text;
    }

    /** Whether {@code text} spells a number, also one beyond {@link Numbers#LIMIT}, which {@link #resolve} returns as text. */
    public static boolean isNumber(String text) {
        return !text.isEmpty()
                && isNumberStart(text.charAt(0))
                && (DECIMAL.matcher(text).matches() || PREFIXED.matcher(text).matches());
    }

    private static boolean isNumberStart(char c) {
        return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
    }

    private static Object number(String text) {
        if (text.length() > Numbers.MAX_TEXT) {
            return text;
        }
        try {
            if (text.startsWith("0x") || text.startsWith("0o")) {
                return Numbers.parsePrefixed(text);
            }
            return DECIMAL.matcher(text).matches() ? Numbers.parse(text) : text;
        } catch (NumberFormatException e) {
            return text; // Looks like a number but is none, or is beyond the limit of numbers.
        }
    }
}
