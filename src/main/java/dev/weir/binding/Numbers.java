package dev.weir.binding;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Numbers from text, compared by value and cut to whole ones, with bounds that keep hostile ones cheap. */
final class Numbers {
    /** A longer number is an attack on the quadratic conversion, not a value. */
    private static final int MAX_LENGTH = 1000;

    private Numbers() {}

    /**
     * The number a text spells: Integer, Long or BigInteger if it is written as a whole one, otherwise BigDecimal.
     *
     * @throws NumberFormatException if it spells none, or one of more than 1000 characters
     */
    static Number parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new NumberFormatException("a number of " + text.length() + " characters");
        }
        return isWhole(text) ? narrow(new BigInteger(text)) : new BigDecimal(text);
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
    static Number narrow(BigInteger value) {
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
     * @throws NumberFormatException if it is not finite or too long
     */
    static Number truncate(Number number) {
        if (number instanceof Integer || number instanceof Long || number instanceof BigInteger) {
            return number;
        }
        BigDecimal decimal = decimal(number);
        if ((long) decimal.precision() - decimal.scale() > MAX_LENGTH) {
            throw new NumberFormatException("a number of more than " + MAX_LENGTH + " digits");
        }
        return narrow(decimal.setScale(0, RoundingMode.DOWN).toBigInteger());
    }

    /** Compares by value: 1 and 1.0 are equal. NaN is above everything. */
    static int compare(Number left, Number right) {
        if (isMachineInteger(left) && isMachineInteger(right)) {
            return Long.compare(left.longValue(), right.longValue());
        }
        if (!isFinite(left) || !isFinite(right)) {
            return Double.compare(left.doubleValue(), right.doubleValue());
        }
        return decimal(left).compareTo(decimal(right));
    }

    static boolean isFinite(Number number) {
        return !(number instanceof Double || number instanceof Float) || Double.isFinite(number.doubleValue());
    }

    private static boolean isMachineInteger(Number number) {
        return number instanceof Integer || number instanceof Long;
    }

    /** Exactly the number that is written; throws NumberFormatException for NaN and infinities. */
    static BigDecimal decimal(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        return isMachineInteger(number) ? BigDecimal.valueOf(number.longValue()) : new BigDecimal(number.toString());
    }
}
