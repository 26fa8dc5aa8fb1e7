package dev.weir.inference;

import org.jspecify.annotations.Nullable;

/** One sequence as its decoder knows it: how much of the prompt was read, and where its cache is. The scheduler's loop's. */
final class Row {
    final Prompt prompt;
    /** How many of the prompt's tokens were read. */
    int read;

    /** Where its cache is, which only its decoder knows; null before the first token and after its release. */
    @Nullable
    Place place;

    /** A place of a row's cache. */
    interface Place {}

    Row(Prompt prompt) {
        this.prompt = prompt;
    }
}
