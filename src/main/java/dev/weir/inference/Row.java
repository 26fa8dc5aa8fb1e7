package dev.weir.inference;

import org.jspecify.annotations.Nullable;

/** One sequence as its decoder knows it: how much of the prompt was read, and where its cache is. The scheduler's loop's. */
final class Row {
    final Prompt prompt;
    /** How many of the prompt's tokens were read. */
    int read;
    /** Where its cache is while it is decoded. */
    @Nullable
    Batch batch;
    /** Its own cache while it is not. */
    @Nullable
    KeyValueCache parked;

    Row(Prompt prompt) {
        this.prompt = prompt;
    }
}
