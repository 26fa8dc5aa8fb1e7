package dev.weir.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Parses numbers, compares them by value and truncates them.
 *
 * <p>Only this class makes a {@link BigInteger} or {@link BigDecimal} of a text. A number has at most 1000 digits and an
 * exponent from -999 to 999, so that no operation on it is expensive. Larger numbers are refused.
 */
public final class Numbers {
    /** The limits of a number, for messages. */
    public static final String LIMIT = "at most 1000 digits and an exponent from -999 to 999";

    private static final int MAX_DIGITS = 1000;
    /** The digits, and room for a sign, a point, an exponent and zeros. */
    static final int MAX_TEXT = 1100;

    private static final int MAX_EXPONENT = 999;
    private static final int HEXADECIMAL = 16;
    private static final int OCTAL = 8;
    private static final BigInteger BEYOND = BigInteger.TEN.pow(MAX_DIGITS);

    private Numbers() {}

    /**
     * Parses a decimal number: Integer, Long or BigInteger if it has no fraction and no exponent, otherwise BigDecimal.
     *
     * @throws NumberFormatException if the text is not a number, or is beyond {@link #LIMIT}
     */
    static Number parse(String text) {
        requireLength(text);
        if (isWhole(text)) {
            return narrow(limited(new BigInteger(text)));
        }
        return limited(new BigDecimal(text));
    }

    /** As {@link #parse}, for {@code 0x1F} and {@code 0o17}. */
    static Number parsePrefixed(String text) {
        requireLength(text);
        int radix = text.startsWith("0x") ? HEXADECIMAL : OCTAL;
        String digits = text.substring(2);
        // BigInteger would also accept a sign, and digits of other scripts.
        if (!digits.chars().allMatch(c -> c <= 'f' && Character.digit(c, radix) >= 0)) {
            throw new NumberFormatException("no digits of base " + radix);
        }
        return narrow(limited(new BigInteger(digits, radix)));
    }

    /**
     * Returns a finite number, also for a text that contains one.
     *
     * @throws NumberFormatException if the value is not a finite number, or is beyond {@link #LIMIT}
     */
    public static Number of(@Nullable Object value) {
        if (value instanceof Number number && isFinite(number)) {
            return number instanceof BigDecimal decimal ? limited(decimal) : number;
        }
        // The length includes blanks, so that the work for a text is bounded.
        if (value instanceof String text
                && text.length() <= MAX_TEXT
                && Scalars.resolve(text.strip()) instanceof Number number
                && isFinite(number)) {
            return number;
        }
        throw new NumberFormatException("no number");
    }

    private static void requireLength(String text) {
        if (text.length() > MAX_TEXT) {
            throw tooLarge();
        }
    }

    private static BigInteger limited(BigInteger value) {
        if (value.compareTo(BEYOND) >= 0 || value.negate().compareTo(BEYOND) >= 0) {
            throw tooLarge();
        }
        return value;
    }

    private static BigDecimal limited(BigDecimal value) {
        if (value.precision() > MAX_DIGITS || Math.abs(exponent(value)) > MAX_EXPONENT) {
            throw tooLarge();
        }
        return value;
    }

    private static NumberFormatException tooLarge() {
        return new NumberFormatException("a number has " + LIMIT);
    }

    /** The exponent of the first digit. */
    private static long exponent(BigDecimal decimal) {
        return (long) decimal.precision() - decimal.scale() - 1;
    }

    private static boolean isWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' || c == 'e' || c == 'E') {
                return false;
            }
        }
        return true;
    }

    /** The smallest type that holds a whole number. */
    private static Number narrow(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return value.intValue();
        }
        if (value.bitLength() < Long.SIZE) {
            return value.longValue();
        }
        return value;
    }

    /**
     * A number without its fraction.
     *
     * @throws NumberFormatException if it is not finite, or beyond {@link #LIMIT}
     */
    public static Number truncate(Number number) {
        if (number instanceof Integer || number instanceof Long || number instanceof BigInteger) {
            return number;
        }
        BigDecimal decimal = decimal(number);
        // Checked before any arithmetic: the scale decides how many digits the result has.
        if (decimal.signum() == 0 || exponent(decimal) < 0) {
            return 0;
        }
        if (exponent(decimal) > MAX_EXPONENT) {
            throw tooLarge();
        }
        return narrow(decimal.setScale(0, RoundingMode.DOWN).toBigInteger());
    }

    /** Compares by value: 1 and 1.0 are equal. NaN is above everything. */
    public static int compare(Number left, Number right) {
        if (isMachineInteger(left) && isMachineInteger(right)) {
            return Long.compare(left.longValue(), right.longValue());
        }
        if (!isFinite(left) || !isFinite(right)) {
            return Double.compare(left.doubleValue(), right.doubleValue());
        }
        return decimal(left).compareTo(decimal(right));
    }

    /** Whether a number is neither NaN nor an infinity. */
    public static boolean isFinite(Number number) {
        return !(number instanceof Double || number instanceof Float) || Double.isFinite(number.doubleValue());
    }

    private static boolean isMachineInteger(Number number) {
        return number instanceof Integer || number instanceof Long;
    }

    /**
     * Returns the number as a decimal, exactly as it is written.
     *
     * @throws NumberFormatException for NaN and infinities
     */
    public static BigDecimal decimal(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        return isMachineInteger(number) ? BigDecimal.valueOf(number.longValue()) : new BigDecimal(number.toString());
    }
}
