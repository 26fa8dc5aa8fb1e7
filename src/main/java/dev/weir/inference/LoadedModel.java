package dev.weir.inference;

/** A model in memory, ready for one kind of task. Thread-safe. */
public sealed interface LoadedModel extends AutoCloseable permits TextGenerator, TextEncoder {

    /** The most tokens that it reads at once. */
    int contextLength();

    /** Ends what it is doing, and frees its native memory. */
    @Override
    void close();
}
