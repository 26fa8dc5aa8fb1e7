package dev.weir.sampling;

/**
 * Weakens every token of the prompt and the text so far: positive logits are divided by the penalty, negative ones multiplied by
 * it (Keskar et al. 2019, CTRL, section 4.1). The number of earlier occurrences has no effect.
 */
final class RepetitionPenalty implements LogitsProcessor {
    private final float penalty;

    RepetitionPenalty(float penalty) {
        this.penalty = penalty;
    }

    @Override
    public void process(TokenHistory history, float[] logits) {
        for (int i = 0; i < history.distinct(); i++) {
            int token = history.distinct(i);
            if (token < logits.length) {
                logits[token] = logits[token] < 0 ? logits[token] * penalty : logits[token] / penalty;
            }
        }
    }
}
