package dev.weir.component;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import dev.weir.json.Numbers;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Checks the rendered parameters of a call. A number or a boolean may be given as text. Stateless. */
public final class CallValues {
    private CallValues() {}

    /**
     * A whole number; {@code absent} for null.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the value is not in the range
     */
    public static int whole(String name, @Nullable Object value, int absent, WholeRange range) {
        if (value == null) {
            return absent;
        }
        try {
            int whole = number(name, value).intValueExact();
            if (range.holds(whole)) {
                return whole;
            }
        } catch (ArithmeticException e) {
            throw invalid(name, range.toString(), value, e);
        }
        throw invalid(name, range.toString(), value, null);
    }

    /**
     * A boolean; false for null.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the value is no boolean
     */
    public static boolean flag(String name, @Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        if (value instanceof String text && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"))) {
            return text.equalsIgnoreCase("true");
        }
        throw invalid(name, "true or false", value, null);
    }

    /**
     * A number of any kind.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the value is no number
     */
    public static BigDecimal number(String name, Object value) {
        try {
            return Numbers.decimal(Numbers.of(value));
        } catch (NumberFormatException e) {
            throw invalid(name, "a number of " + Numbers.LIMIT, value, e);
        }
    }

    /** The failure of a parameter that has another value than it must have. */
    public static WeirException invalid(String name, String wanted, @Nullable Object value, @Nullable Exception cause) {
        return new WeirException(
                ErrorCode.INVALID_INPUT, name + " must be " + wanted + ", was " + Values.describe(value), cause);
    }
}
