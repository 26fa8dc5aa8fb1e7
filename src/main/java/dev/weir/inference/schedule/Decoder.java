package dev.weir.inference.schedule;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A model that reads the tokens of many sequences side by side and foretells the next ones. Used by one thread at a time,
 * the scheduler's loop, which also closes it; only {@link #interrupt} may be called from elsewhere.
 */
public interface Decoder extends AutoCloseable {

    /** How many logits there are to a token. */
    int vocabularySize();

    /** Bytes that one row takes, its logits among them, when it has read {@code prompt} and so many tokens after it. */
    long rowBytes(Prompt prompt, int newTokens);

    /** The most prompt tokens that may be read between two steps, so that those who decode are not held up. */
    int prefillTokens();

    /**
     * Reads the next piece of a row's prompt.
     *
     * @param logits {@code float[vocabularySize]}, unnormalised: when all was read, overwritten with what comes after it
     * @return true when all was read
     * @throws dev.weir.WeirException with {@link dev.weir.ErrorCode#CANCELLED} if it was interrupted; the piece may be read
     *     again
     */
    boolean prefill(Row row, float[] logits);

    /**
     * Reads one more token of each row, all of which were prefilled. A step that fails changes nothing. Rows that are not
     * among them keep their caches and cost nothing.
     */
    void step(List<Row> rows, int[] tokens);

    /**
     * What came of the last step.
     *
     * @param index of the row in that step
     * @param into {@code float[vocabularySize]}, which this overwrites: unnormalised
     */
    void logits(int index, float[] into);

    /** Another row that has read what {@code row} has. */
    Row fork(Row row);

    /** Makes each of some rows, forks of one another, a copy of what another of them is now. */
    void rearrange(List<Row> rows, int[] sources);

    /** Frees a row's cache. */
    void release(Row row);

    /** Asked before each run whether it is not wanted any more; then the run fails with {@link dev.weir.ErrorCode#CANCELLED}. */
    void endWhen(BooleanSupplier unwanted);

    /** Ends the prefill or step in progress, if there is one, as soon as may be. Thread-safe. */
    void interrupt();

    /** Frees the model's native memory. */
    @Override
    void close();
}
