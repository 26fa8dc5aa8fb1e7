package dev.weir.jinja;

/**
 * Finds texts in texts. Each comparison of characters is charged, and a search of megabytes is cut into pieces: the JVM's own search
 * would neither see the end of the time nor let the JVM stop its threads.
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

    /** The first place of the part from {@code from} on; -1 if there is none. */
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

    /** The next place of the part's first character, or a place behind {@code last}. */
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

    /** The last place of the part that ends at or before {@code end}; -1 if there is none. */
    int previous(int end) {
        for (int at = end - part.length(); at >= 0; at--) {
            if (isAt(at)) {
                return at;
            }
        }
        return -1;
    }

    /** True if the part stands at that place. */
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

    /** How often the part stands in the text, no two of them overlapping; an empty one stands at each end of a character. */
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
