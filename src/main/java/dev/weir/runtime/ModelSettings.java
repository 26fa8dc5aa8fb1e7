package dev.weir.runtime;

import java.time.Duration;

/**
 * The limits of local models, with their keys.
 *
 * @param loadTimeout {@code weir.model.load-timeout}: the longest wait of a run for a model that loads, and the longest time to
 *     open its files
 * @param runTimeout {@code weir.model.run-timeout}: the longest time of one run of a model's graph; zero for no limit
 * @param maxBatch {@code weir.model.max-batch}: the most sequences of a model that are decoded in one batch
 * @param maxWaiting {@code weir.model.queue}: the most requests that wait for a place in that batch
 * @param encodeCharacters {@code weir.model.encode-characters}: the most characters that all runs together encode to tokens at
 *     one time
 * @param maxSequences {@code weir.model.max-sequences}: the most beams of a search, and the most texts that are generated for one
 *     input
 * @param maxTexts {@code weir.model.max-texts}: the most texts that one call of a model takes, and the most texts at one time
 * @param searchMemoryMebibytes {@code weir.model.search-memory}, MiB: the most memory of one beam search
 * @param trial {@code weir.model.trial}: whether tokenizers are tested in a separate JVM before they are loaded
 * @param exactBatches {@code weir.model.exact-batches}: whether a model's output must be independent of the other sequences in
 *     its batch
 * @param threads {@code weir.model.threads}: the threads of one model step
 * @param spinning {@code weir.model.spinning}: whether these threads spin while they wait for one another
 */
public record ModelSettings(
        Duration loadTimeout,
        Duration runTimeout,
        int maxBatch,
        int maxWaiting,
        int encodeCharacters,
        int maxSequences,
        int maxTexts,
        int searchMemoryMebibytes,
        boolean trial,
        boolean exactBatches,
        int threads,
        boolean spinning) {}
