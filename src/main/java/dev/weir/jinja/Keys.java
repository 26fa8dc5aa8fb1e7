package dev.weir.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks the keys of mappings: they must be hashable in Python, and small enough for the cost of hashing and comparing in Java.
 */
final class Keys {
    private static final int MOST_VALUES = 100;
    /** The most entries of a mapping with keys other than texts: Java may compare such a key with each of them. */
    private static final int MOST_MIXED = 256;

    private static final int COMPARISONS_A_UNIT = 8;

    private Keys() {}

    /** Returns {@code key} if it is hashable; charges the hashing. */
    static @Nullable Object checked(@Nullable Object key, Budget budget) {
        if (!isHashable(key)) {
            throw JinjaException.type("unhashable type: '" + PythonText.kind(key) + "'");
        }
        charge(key, budget);
        return key;
    }

    /** Returns {@code key} if it is hashable; charges a look-up in {@code map}. */
    static @Nullable Object sought(@Nullable Object key, Map<?, ?> map, Budget budget) {
        if (!(key instanceof String)) {
            budget.charge(map.size() / COMPARISONS_A_UNIT);
        }
        return checked(key, budget);
    }

    /** Returns {@code key} if it is hashable; charges an insertion into a mapping of {@code entries} entries. */
    static @Nullable Object put(@Nullable Object key, int entries, Budget budget) {
        if (!(key instanceof String)) {
            if (entries > MOST_MIXED) {
                throw JinjaException.type("a mapping with keys that are not texts has too many entries (at most "
                        + MOST_MIXED + ", has " + entries + ")");
            }
            budget.charge(entries);
        }
        return checked(key, budget);
    }

    /** Returns false for lists and mappings, which are mutable in Python. */
    static boolean isHashable(@Nullable Object key) {
        return !(key instanceof Map) && (!(key instanceof List) || key instanceof Tuple);
    }

    /** Charges the hashing of a key. */
    static void charge(@Nullable Object key, Budget budget) {
        if (key instanceof String text) {
            budget.charge(1L + text.length());
        } else if (key instanceof Tuple tuple) {
            charge(tuple, MOST_VALUES, budget);
        } else {
            budget.charge(1);
        }
    }

    /** Charges a tuple; returns how many values may still follow. */
    private static int charge(Tuple tuple, int most, Budget budget) {
        int left = most - tuple.size();
        if (left < 0) {
            throw JinjaException.type("a tuple is too large for a key (at most " + MOST_VALUES + " values)");
        }
        for (Object element : tuple) {
            checkElement(element);
            if (element instanceof Tuple inner) {
                budget.enter();
                left = charge(inner, left, budget);
                budget.leave();
            } else {
                charge(element, budget);
            }
        }
        return left;
    }

    private static void checkElement(@Nullable Object element) {
        if (!isHashable(element)) {
            throw JinjaException.type("unhashable type: '" + PythonText.kind(element) + "'");
        }
    }
}
