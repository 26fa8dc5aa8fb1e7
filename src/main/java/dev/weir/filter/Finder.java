package dev.weir.filter;

/**
 * Finds the first match in one text that arrives in parts: the match that begins first, and of those the longest. Belongs
 * to one thread.
 *
 * <p>Positions are indices into the array with the text that is not yet released.
 */
abstract sealed class Finder permits WordList.Search, Regex.Search {
    /** The position at which the unreleased text begins. */
    int origin;

    /** Whether any text was released. Its last char is {@code before}. */
    boolean begun;

    char before;

    /** The start of the match that was found. */
    int matchStart;

    /** The end of the match that was found, exclusive. */
    int matchEnd;

    /** Starts with another text. */
    final void reset() {
        begun = false;
        begin(0);
    }

    /** Continues the text at {@code origin} of another array. All earlier text was released. */
    final void begin(int origin) {
        this.origin = origin;
        restart(origin);
    }

    /** Continues the search at {@code position}. No earlier text belongs to a match. */
    abstract void restart(int position);

    /**
     * Continues the search.
     *
     * @param to the end of the text so far, exclusive
     * @param last whether the text is complete
     * @return true if the first match is certain, whatever text follows; the caller must then call {@link #restart}
     */
    abstract boolean find(char[] text, int to, boolean last);

    /** Returns the first position that may belong to a match. Valid only after a {@link #find} that returned false. */
    abstract int pending();

    /** Releases the text before {@code position}. The remaining text begins at index 0 of an array. */
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
