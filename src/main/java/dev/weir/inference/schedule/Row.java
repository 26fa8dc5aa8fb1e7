package dev.weir.inference.schedule;

import org.jspecify.annotations.Nullable;

/** One sequence as its decoder knows it: how much of the prompt was read, and where its cache is. The scheduler's loop's. */
public final class Row {
    public final Prompt prompt;
    /** How many of the prompt's tokens were read. */
    public int read;

    /** Where its cache is, which only its decoder knows; null before the first token and after its release. */
    @Nullable
    public Place place;

    /** A place of a row's cache. */
    public interface Place {}

    public Row(Prompt prompt) {
        this.prompt = prompt;
    }
}
