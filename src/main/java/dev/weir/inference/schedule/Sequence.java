package dev.weir.inference.schedule;

import dev.weir.WeirException;
import java.util.ArrayList;
import java.util.List;

/**
 * One request on its way: its rows, and what becomes of their logits. All but the ends of its streams belongs to the
 * scheduler's loop.
 */
abstract class Sequence {
    private final Row prompt;
    private final List<Row> rows = new ArrayList<>();
    private boolean prefilled;

    /** What came of a turn. */
    enum Turn {
        /** More is to come. */
        GOES_ON,
        /** The stream is full; the next turn is for when it has room. */
        BLOCKED,
        /** The text is complete and handed over. */
        FINISHED
    }

    Sequence(Prompt prompt) {
        this.prompt = new Row(prompt);
        rows.add(this.prompt);
    }

    /** How many rows it decodes. */
    abstract int width();

    /** Takes what comes after the prompt: {@code float[vocabularySize]}, which may be changed. */
    abstract Turn begin(float[] logits, Decoder decoder);

    /** The tokens its rows read next. */
    abstract int[] tokens();

    /**
     * Takes what came of reading those.
     *
     * @param first where its rows begin among the step's
     * @param logits room for one row's
     */
    abstract Turn advance(Decoder decoder, int first, float[] logits);

    /** Hands over what its stream did not take. */
    abstract Turn handOver();

    /** Tokens generated so far, all rows together. */
    abstract int newTokens();

    /** True if nobody reads it any more. */
    abstract boolean isCancelled();

    abstract void onCancel(Runnable action);

    /** Runs {@code action} once its stream has room for many chunks. */
    abstract void onWritable(Runnable action);

    abstract void complete();

    abstract void fail(WeirException cause);

    /** Reads the next piece of the prompt; with the last one comes the first token. */
    final Turn prefill(Decoder decoder, float[] logits) {
        prefilled = decoder.prefill(prompt, logits);
        return prefilled ? begin(logits, decoder) : Turn.GOES_ON;
    }

    /** True when the whole prompt was read. */
    final boolean prefilled() {
        return prefilled;
    }

    /** How many tokens of the prompt are still to be read. */
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
