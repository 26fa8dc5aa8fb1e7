package dev.weir.component.model;

import dev.weir.component.WholeRange;

/**
 * The limits of one call of a model.
 *
 * @param maxBatch the default for the inputs at work at once ({@code weir.model.max-batch})
 * @param maxSequences the most beams, and the most texts for one input ({@code weir.model.max-sequences})
 * @param maxTexts the most inputs of one call, and the most at work at once ({@code weir.model.max-texts})
 */
record CallLimits(int maxBatch, int maxSequences, int maxTexts) {
    /** The most stop sequences of a call. */
    static final int MAX_STOPS = 64;
    /** The longest stop sequence, in characters: each token of a text is compared with all stop sequences. */
    static final int MAX_STOP_LENGTH = 500;

    /** The range of {@code num_beams} and {@code num_return_sequences}. */
    WholeRange sequences() {
        return new WholeRange(1, maxSequences, "weir.model.max-sequences");
    }

    /** The range of {@code batch_size}. */
    WholeRange batchSizes() {
        return new WholeRange(1, Math.max(maxBatch, maxTexts), "weir.model.max-texts");
    }
}
