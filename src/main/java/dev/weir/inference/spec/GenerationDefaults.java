package dev.weir.inference.spec;

import dev.weir.sampling.BeamParameters.EarlyStopping;
import dev.weir.sampling.SamplingParameters;

/**
 * A model's defaults for parameters that a request does not set, from {@code generation_config.json}, as in {@code
 * transformers.generate}.
 */
public record GenerationDefaults(
        double repetitionPenalty, int noRepeatNgramSize, double lengthPenalty, EarlyStopping earlyStopping) {

    private static final int MOST_PENALTY = 100;
    private static final int MOST_NGRAM = 1_000;

    private static final GenerationDefaults PLAIN = new GenerationDefaults(1, 0, 1, EarlyStopping.WHEN_UNLIKELY);

    /** Returns the defaults of a model without {@code generation_config.json}. */
    public static GenerationDefaults plain() {
        return PLAIN;
    }

    static GenerationDefaults read(ConfigObject config) {
        boolean never = config.text("early_stopping").equals("never");
        double repetition = config.decimal("repetition_penalty", 1);
        if (repetition < SamplingParameters.MIN_REPETITION_PENALTY || repetition > MOST_PENALTY) {
            throw config.wrong("repetition_penalty", repetition, "from 1e-6 to " + MOST_PENALTY);
        }
        double length = config.decimal("length_penalty", 1);
        if (Math.abs(length) > MOST_PENALTY) {
            throw config.wrong("length_penalty", length, "from -" + MOST_PENALTY + " to " + MOST_PENALTY);
        }
        return new GenerationDefaults(
                repetition,
                config.whole(0, MOST_NGRAM, "no_repeat_ngram_size").orElse(0),
                length,
                never
                        ? EarlyStopping.WHEN_IMPOSSIBLE
                        : config.flag("early_stopping") ? EarlyStopping.AT_ONCE : EarlyStopping.WHEN_UNLIKELY);
    }
}
