package dev.weir.inference.schedule;

import dev.weir.WeirException;
import dev.weir.stream.Summary;
import java.util.ArrayList;
import java.util.List;

/**
 * One request that is being decoded: its rows, and the use of their logits. Confined to the scheduler's loop, except the methods
 * that end its streams.
 */
abstract class Sequence {
    private final Row prompt;
    private final List<Row> rows = new ArrayList<>();
    private boolean prefilled;

    /** The result of a turn. */
    enum Turn {
        /** The sequence has more tokens to generate. */
        GOES_ON,
        /** The stream is full; the next turn is when it has room. */
        BLOCKED,
        /** The text is complete and handed over. */
        FINISHED
    }

    Sequence(Prompt prompt) {
        this.prompt = new Row(prompt);
        rows.add(this.prompt);
    }

    /** Returns the number of rows that this sequence decodes. */
    abstract int width();

    /**
     * Chooses the first token from the logits after the prompt.
     *
     * @param logits {@code float[vocabularySize]}, unnormalised; may be changed
     */
    abstract Turn begin(float[] logits, Decoder decoder);

    /** Returns the tokens that the rows read next, one for each row. */
    abstract int[] tokens();

    /**
     * Chooses the next token of each row from the logits of the last step.
     *
     * @param first the index of this sequence's first row in that step
     * @param logits a buffer for the logits of one row
     */
    abstract Turn advance(Decoder decoder, int first, float[] logits);

    /** Offers the text that the stream did not accept before. */
    abstract Turn handOver();

    /** Returns the tokens generated so far, all rows together. */
    abstract int newTokens();

    /** Returns true if all streams of this sequence are cancelled. */
    abstract boolean isCancelled();

    abstract void onCancel(Runnable action);

    /** Runs {@code action} once the stream has room for many chunks. */
    abstract void onWritable(Runnable action);

    /** Returns the summary of each text, in the order of the streams. Complete when the streams are. */
    abstract List<Summary> summaries();

    abstract void complete();

    abstract void fail(WeirException cause);

    /** Reads the next piece of the prompt. The last piece gives the first token. */
    final Turn prefill(Decoder decoder, float[] logits) {
        prefilled = decoder.prefill(prompt, logits);
        return prefilled ? begin(logits, decoder) : Turn.GOES_ON;
    }

    /** Returns true when the whole prompt was read. */
    final boolean prefilled() {
        return prefilled;
    }

    /** Returns the number of the prompt's tokens that are still to be read. */
    final int unread() {
        return prompt.prompt.begin().length - prompt.read + (prompt.read == 0 ? prompt.prompt.source().length : 0);
    }

    final List<Row> rows() {
        return rows;
    }

    /** Frees the caches. */
    final void release(Decoder decoder) {
        rows.forEach(decoder::release);
    }
}
