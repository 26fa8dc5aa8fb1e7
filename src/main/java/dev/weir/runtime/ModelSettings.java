package dev.weir.runtime;

import java.time.Duration;

/**
 * Bounds of local models. The keys of the server's configuration stand with them.
 *
 * @param loadTimeout {@code weir.model.load-timeout}: the longest a run waits for a model that still loads, and that opening its files takes
 * @param runTimeout {@code weir.model.run-timeout}: the longest that one run of a model's graph takes; zero for no limit
 * @param maxBatch {@code weir.model.max-batch}: the most sequences of a model that are decoded side by side
 * @param maxWaiting {@code weir.model.queue}: the most requests that wait for a place among those
 * @param encodeCharacters {@code weir.model.encode-characters}: the most characters that are turned into tokens at once, in all runs together
 * @param maxSequences {@code weir.model.max-sequences}: the most beams of a search, and the most texts that are generated for one input
 * @param maxTexts {@code weir.model.max-texts}: the most texts that one call of a model takes, and the most of them at once
 * @param searchMemoryMebibytes {@code weir.model.search-memory}, MiB: the most memory of one beam search
 * @param trial {@code weir.model.trial}: whether tokenizers are tried in a JVM of their own before they are loaded
 * @param exactBatches {@code weir.model.exact-batches}: whether being batched may not change what a model says
 * @param threads {@code weir.model.threads}: the threads of one model step
 * @param spinning {@code weir.model.spinning}: whether they keep their processors busy while they wait for one another
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
