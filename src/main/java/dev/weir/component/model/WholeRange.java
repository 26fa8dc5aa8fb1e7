package dev.weir.component.model;

/**
 * The range of a whole number.
 *
 * @param setting the setting of the upper limit; empty if the limit is fixed
 */
record WholeRange(int least, int most, String setting) {
    /** All values of an {@code int} from 0. */
    static final WholeRange FROM_0 = new WholeRange(0, Integer.MAX_VALUE, "");
    /** All values of an {@code int} from 1. */
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
