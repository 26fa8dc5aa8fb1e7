package dev.weir.component;

/**
 * The range of a whole number.
 *
 * @param setting the setting of the upper limit; empty if the limit is fixed
 */
public record WholeRange(int least, int most, String setting) {
    /** All values of an {@code int} from 0. */
    public static final WholeRange FROM_0 = new WholeRange(0, Integer.MAX_VALUE, "");
    /** All values of an {@code int} from 1. */
    public static final WholeRange FROM_1 = new WholeRange(1, Integer.MAX_VALUE, "");

    /** All values of an {@code int} from 0 to {@code most}. */
    public static WholeRange upTo(int most) {
        return new WholeRange(0, most, "");
    }

    /** Whether the range has {@code value}. */
    public boolean holds(int value) {
        return value >= least && value <= most;
    }

    /** The rule, for messages. */
    @Override
    public String toString() {
        return "a whole number from " + least + " to " + most + (setting.isEmpty() ? "" : " (" + setting + ")");
    }
}
