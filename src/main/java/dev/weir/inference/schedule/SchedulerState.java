package dev.weir.inference.schedule;

/**
 * The state of a scheduler at one moment.
 *
 * @param running sequences that get a token in every round
 * @param waiting sequences that wait for a free place
 * @param paused sequences with a full stream; they hold their cache and take no computing time
 * @param tokens tokens generated since the model was loaded, those of cancelled sequences included
 */
public record SchedulerState(int running, int waiting, int paused, long tokens) {

    /** Returns the number of sequences that have not ended. */
    public int open() {
        return running + waiting + paused;
    }

    /** True when no sequence is open. */
    public boolean idle() {
        return open() == 0;
    }
}
