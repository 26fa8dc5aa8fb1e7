package dev.weir.component.model;

/**
 * The range of a whole number.
 *
 * @param setting the setting that decides the most; empty if it is fixed
 */
record WholeRange(int least, int most, String setting) {
    /** All that an {@code int} holds from 0 on. */
    static final WholeRange FROM_0 = new WholeRange(0, Integer.MAX_VALUE, "");
    /** All that an {@code int} holds from 1 on. */
    static final WholeRange FROM_1 = new WholeRange(1, Integer.MAX_VALUE, "");

    static WholeRange upTo(int most) {
        return new WholeRange(0, most, "");
    }

    boolean holds(int value) {
        return value >= least && value <= most;
    }

    /** The rule, for messages. */
    @Override
    public String toString() {
        return "a whole number from " + least + " to " + most + (setting.isEmpty() ? "" : " (" + setting + ")");
    }
}
