package dev.weir.filter;

/**
 * Looks for the first match in one text that comes in pieces: the one that begins first, and of those the longest. Positions
 * are those of the array that holds what is not yet released of the text. Belongs to one thread.
 */
abstract sealed class Finder permits WordList.Search, Regex.Search {
    /** Where the text that is left begins in its array. */
    int origin;

    /** Whether anything came before that, and what. */
    boolean begun;

    char before;

    /** Where the match that was found begins. */
    int matchStart;

    /** Where it ends, exclusive. */
    int matchEnd;

    /** Goes back to the beginning of a text, another one. */
    final void reset() {
        begun = false;
        begin(0);
    }

    /** The text goes on at {@code origin} of another array; nothing of it was kept. */
    final void begin(int origin) {
        this.origin = origin;
        restart(origin);
    }

    /** Looks on at {@code position} as if nothing before it could belong to a match. */
    abstract void restart(int position);

    /**
     * Looks on.
     *
     * @param to where the text ends so far
     * @param last whether it ends there for good
     * @return true if the first match is certain, whatever follows; {@link #restart} has to be called then
     */
    abstract boolean find(char[] text, int to, boolean last);

    /** What comes before this can belong to no match any more; only after a {@link #find} that found nothing. */
    abstract int pending();

    /** The text before {@code position} is gone; what is left begins at 0 of an array. */
    final void release(char[] text, int position) {
        if (position > origin) {
            begun = true;
            before = text[position - 1];
        }
        origin = 0;
        shift(position);
    }

    abstract void shift(int by);
}
