package dev.weir.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Python's arithmetic: integers stay integers, except with {@code /} and negative exponents; {@code //} and {@code %} round down.
 */
enum Arithmetic {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    REMAINDER("%"),
    POWER("**");

    private final String symbol;

    Arithmetic(String symbol) {
        this.symbol = symbol;
    }

    String symbol() {
        return symbol;
    }

    @Nullable
    Object apply(@Nullable Object left, @Nullable Object right, Budget budget) {
        if (this == ADD && left instanceof String a && right instanceof String b) {
            budget.text((long) a.length() + b.length());
            return a + b;
        }
        if (this == ADD && left instanceof List<?> a && right instanceof List<?> b) {
            budget.list((long) a.size() + b.size());
            List<@Nullable Object> joined = new ArrayList<>(a.size() + b.size());
            joined.addAll(a);
            joined.addAll(b);
            return a instanceof Tuple ? new Tuple(joined) : joined;
        }
        if (this == REMAINDER && left instanceof String pattern) {
            return PercentFormat.format(pattern, right, budget);
        }
        if (this == MULTIPLY && left instanceof Long times && !Operators.isNumber(right)) {
            return repeated(right, times, budget);
        }
        if (this == MULTIPLY && right instanceof Long times && !Operators.isNumber(left)) {
            return repeated(left, times, budget);
        }
        if (!Operators.isNumber(left) || !Operators.isNumber(right)) {
            throw Operators.unsupported("'" + symbol + "'", left, right);
        }
        return numbers(Operators.number(left), Operators.number(right));
    }

    private static Object repeated(@Nullable Object value, long times, Budget budget) {
        if (value instanceof String text) {
            return new TextBuffer(budget).repeat(text, times).toString();
        }
        if (value instanceof List<?> list) {
            int count = list.isEmpty() ? 0 : (int) Math.max(0, Math.min(times, Budget.MAX_ELEMENTS + 1L));
            budget.list((long) list.size() * count);
            List<@Nullable Object> repeated = new ArrayList<>(list.size() * count);
            Collections.nCopies(count, list).forEach(repeated::addAll);
            return list instanceof Tuple ? new Tuple(repeated) : repeated;
        }
        throw Operators.unsupported("'*'", value, times);
    }

    private Object numbers(Object left, Object right) {
        try {
            boolean whole = left instanceof Long && right instanceof Long;
            boolean toFraction = this == DIVIDE || (this == POWER && Operators.decimal(right) < 0);
            return whole && !toFraction
                    ? (Object) wholes((Long) left, (Long) right)
                    : (Object) decimals(Operators.decimal(left), Operators.decimal(right));
        } catch (ArithmeticException e) {
            throw new JinjaException(left + " " + symbol + " " + right + " cannot be computed: " + e.getMessage());
        }
    }

    private long wholes(long left, long right) {
        return switch (this) {
            case ADD -> Math.addExact(left, right);
            case SUBTRACT -> Math.subtractExact(left, right);
            case MULTIPLY -> Math.multiplyExact(left, right);
            case DIVIDE, FLOOR_DIVIDE -> right == -1 ? Math.negateExact(left) : Math.floorDiv(left, right);
            case REMAINDER -> Math.floorMod(left, right);
            case POWER -> power(left, right);
        };
    }

    private static long power(long base, long exponent) {
        long result = 1;
        long factor = base;
        for (long rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result = Math.multiplyExact(result, factor);
            }
            factor = rest > 1 ? Math.multiplyExact(factor, factor) : factor;
        }
        return result;
    }

    private double decimals(double left, double right) {
        if (right == 0 && (this == DIVIDE || this == FLOOR_DIVIDE || this == REMAINDER)) {
            throw new ArithmeticException("division by zero");
        }
        return switch (this) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
            case FLOOR_DIVIDE -> Math.floor(left / right);
            case REMAINDER -> left - right * Math.floor(left / right);
            case POWER -> Math.pow(left, right);
        };
    }
}
