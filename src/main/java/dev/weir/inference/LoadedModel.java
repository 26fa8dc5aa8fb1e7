package dev.weir.inference;

/** A model in memory, ready for one kind of task. Thread-safe. */
public sealed interface LoadedModel extends AutoCloseable permits TextGenerator, TextEncoder {

    /** Returns the size of the context window in tokens. */
    int contextLength();

    /** Ends the work in progress and frees the native memory. */
    @Override
    void close();
}
