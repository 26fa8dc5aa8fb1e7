package dev.weir.inference;

import dev.weir.sampling.BeamParameters.EarlyStopping;

/**
 * What a model's {@code generation_config.json} asks for where a request says nothing, as {@code transformers.generate} takes
 * it from there.
 */
public record GenerationDefaults(
        double repetitionPenalty, int noRepeatNgramSize, double lengthPenalty, EarlyStopping earlyStopping) {

    private static final GenerationDefaults PLAIN = new GenerationDefaults(1, 0, 1, EarlyStopping.WHEN_UNLIKELY);

    /** Those of a model that asks for nothing. */
    public static GenerationDefaults plain() {
        return PLAIN;
    }

    static GenerationDefaults read(ConfigObject config) {
        boolean never = config.text("early_stopping").equals("never");
        return new GenerationDefaults(
                config.decimal("repetition_penalty", 1),
                config.number("no_repeat_ngram_size").orElse(0),
                config.decimal("length_penalty", 1),
                never
                        ? EarlyStopping.WHEN_IMPOSSIBLE
                        : config.flag("early_stopping") ? EarlyStopping.AT_ONCE : EarlyStopping.WHEN_UNLIKELY);
    }
}
