package dev.weir.inference.schedule;

import org.jspecify.annotations.Nullable;

/**
 * One sequence as its decoder knows it: the progress of the prompt, and the place of the cache. Confined to the scheduler's loop.
 */
public final class Row {
    public final Prompt prompt;
    /** The number of the prompt's tokens that were read. */
    public int read;

    /** The place of the cache, set by the decoder; null before the first token and after the release. */
    @Nullable
    public Place place;

    /** The place of a row's cache; only a decoder knows its content. */
    public interface Place {}

    public Row(Prompt prompt) {
        this.prompt = prompt;
    }
}
