package dev.weir.jinja;

/**
 * Finds texts in texts. Each comparison of characters is charged, and a long search is split: the JVM's own search would ignore
 * the time limit and delay the JVM's safepoints.
 */
final class TextSearch {
    private static final int PIECE = 1 << 14;

    private final String text;
    private final String part;
    private final Budget budget;

    TextSearch(String text, String part, Budget budget) {
        this.text = text;
        this.part = part;
        this.budget = budget;
    }

    /** Returns the index of the part's first occurrence from {@code from} on; -1 if there is none. */
    int next(int from) {
        int last = text.length() - part.length();
        for (int at = from; at <= last; at++) {
            at = candidate(at, last);
            if (at <= last && isAt(at)) {
                return at;
            }
        }
        return -1;
    }

    /** Returns the next index of the part's first character, or an index after {@code last}. */
    private int candidate(int from, int last) {
        if (part.isEmpty()) {
            return from;
        }
        char first = part.charAt(0);
        int at = from;
        while (at <= last) {
            int end = Math.min(last + 1, at + PIECE);
            int begin = at;
            while (at < end && text.charAt(at) != first) {
                at++;
            }
            budget.charge(1L + at - begin);
            if (at < end) {
                return at;
            }
        }
        return at;
    }

    /** Returns the index of the part's last occurrence that ends at or before {@code end}; -1 if there is none. */
    int previous(int end) {
        for (int at = end - part.length(); at >= 0; at--) {
            if (isAt(at)) {
                return at;
            }
        }
        return -1;
    }

    /** Returns true if the part occurs at the index {@code place}. */
    boolean isAt(int place) {
        if (place < 0 || place > text.length() - part.length()) {
            return false;
        }
        for (int from = 0; from < part.length(); from += PIECE) {
            int end = Math.min(part.length(), from + PIECE);
            int same = from;
            while (same < end && text.charAt(place + same) == part.charAt(same)) {
                same++;
            }
            budget.charge(1L + same - from);
            if (same < end) {
                return false;
            }
        }
        return true;
    }

    /** Returns the number of occurrences without overlap; an empty part occurs before each character and at the end. */
    long count() {
        if (part.isEmpty()) {
            return Operators.length(text, budget) + 1;
        }
        long count = 0;
        for (int at = next(0); at >= 0; at = next(at + part.length())) {
            count++;
        }
        return count;
    }
}
