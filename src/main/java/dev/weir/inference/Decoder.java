package dev.weir.inference;

/**
 * A model that reads tokens and foretells the next one. Used by one thread at a time, the scheduler's loop, which also
 * closes it; what one call reads is kept in the sequence's own cache.
 */
interface Decoder extends AutoCloseable {

    /** How many logits {@link #step} gives. */
    int vocabularySize();

    /** Reads {@code ids[from..to)}, which come after what {@code cache} holds, and foretells nothing. */
    void prefill(KeyValueCache cache, int[] ids, int from, int to);

    /**
     * Reads the token {@code id}, and foretells the one after it.
     *
     * @param logits {@code float[vocabularySize]}, which this overwrites: unnormalised
     */
    void step(KeyValueCache cache, int id, float[] logits);

    /** Frees the model's native memory; the caches' is their own. */
    @Override
    void close();
}
