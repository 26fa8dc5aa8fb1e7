package dev.weir.inference.schedule;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A model that reads the tokens of many sequences side by side and predicts the next ones. Confined to the scheduler's loop,
 * which also closes it; only {@link #interrupt} is thread-safe.
 */
public interface Decoder extends AutoCloseable {

    /** Returns the number of logits per token. */
    int vocabularySize();

    /** Returns the bytes of one row, its logits included, after {@code prompt} and {@code newTokens} more tokens. */
    long rowBytes(Prompt prompt, int newTokens);

    /** Returns the most prompt tokens between two decode steps; the limit bounds the delay of the decoding sequences. */
    int prefillTokens();

    /**
     * Reads the next piece of a row's prompt. Blocks for one run of the graph.
     *
     * @param logits {@code float[vocabularySize]}, unnormalised: overwritten with the logits after the prompt when all of it was
     *     read
     * @return true when all of the prompt was read
     * @throws dev.weir.WeirException with {@link dev.weir.ErrorCode#CANCELLED} if it was interrupted; the piece may be read again
     */
    boolean prefill(Row row, float[] logits);

    /**
     * Reads one more token of each row. Blocks for the runs of the graph. All rows must be prefilled. A failed step changes
     * nothing. Rows that are not in {@code rows} keep their caches and cost no computation.
     *
     * @param tokens one token for each row
     */
    void step(List<Row> rows, int[] tokens);

    /**
     * Copies the logits of one row of the last step.
     *
     * @param index the index of the row in that step
     * @param into {@code float[vocabularySize]}, unnormalised; overwritten
     * @throws dev.weir.WeirException if the step failed for this row
     */
    void logits(int index, float[] into);

    /** Returns a new row with a copy of {@code row}'s cache. */
    Row fork(Row row);

    /**
     * Replaces the cache of each row by a copy of the present cache of {@code rows.get(sources[i])}. The rows are forks of one
     * another.
     */
    void rearrange(List<Row> rows, int[] sources);

    /** Frees a row's cache. */
    void release(Row row);

    /**
     * Sets a condition that is checked before each run; when it is true the run fails with {@link dev.weir.ErrorCode#CANCELLED}.
     */
    void endWhen(BooleanSupplier unwanted);

    /** Ends the prefill or step in progress, if any, as soon as possible. Thread-safe. */
    void interrupt();

    /** Frees the model's native memory. */
    @Override
    void close();
}
