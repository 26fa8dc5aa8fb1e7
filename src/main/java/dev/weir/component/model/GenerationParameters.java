package dev.weir.component.model;

import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.component.CallValues;
import dev.weir.component.WholeRange;
import dev.weir.inference.spec.GenerationDefaults;
import dev.weir.sampling.BeamParameters;
import dev.weir.sampling.BeamParameters.EarlyStopping;
import dev.weir.sampling.SamplingParameters;
import java.math.BigInteger;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The {@code params} of a model's action, rendered one by one. A number may be given as text.
 *
 * @param overrides values in place of those of {@code params}
 */
record GenerationParameters(Map<String, Template> params, Map<String, Object> overrides, Scope scope) {
    private static final int SEED_BITS = Long.SIZE;

    /** The sampling parameters. Absent values have the model's defaults, or those of {@link SamplingParameters}. */
    SamplingParameters sampling(GenerationDefaults own) {
        SamplingParameters defaults = SamplingParameters.defaults();
        double temperature = decimal("temperature", defaults.temperature());
        // As the temperature approaches 0, sampling approaches the choice of the most likely token.
        boolean frozen = temperature >= 0 && temperature < SamplingParameters.MIN_TEMPERATURE;
        return new SamplingParameters(
                flag("do_sample", defaults.doSample()) && !frozen,
                frozen ? 1 : temperature,
                whole("top_k", defaults.topK(), WholeRange.upTo(SamplingParameters.MAX_TOP_K)),
                decimal("top_p", defaults.topP()),
                decimal("repetition_penalty", own.repetitionPenalty()),
                whole(
                        "no_repeat_ngram_size",
                        own.noRepeatNgramSize(),
                        WholeRange.upTo(SamplingParameters.MAX_NGRAM_SIZE)),
                whole("min_output_length", defaults.minNewTokens(), WholeRange.FROM_0),
                seed());
    }

    /** The parameters of the beam search. Absent values have the model's defaults. */
    BeamParameters beams(GenerationDefaults own, CallLimits limits) {
        Object early = value("early_stopping");
        EarlyStopping stopping = early == null
                ? own.earlyStopping()
                : early.equals("never")
                        ? EarlyStopping.WHEN_IMPOSSIBLE
                        : CallValues.flag("early_stopping", early)
                                ? EarlyStopping.AT_ONCE
                                : EarlyStopping.WHEN_UNLIKELY;
        return new BeamParameters(
                whole("num_beams", 1, limits.sequences()), decimal("length_penalty", own.lengthPenalty()), stopping);
    }

    /** The seed, as torch accepts it: any 64-bit integer, signed or unsigned. */
    private OptionalLong seed() {
        Object value = value("seed");
        if (value == null) {
            return OptionalLong.empty();
        }
        try {
            BigInteger seed = CallValues.number("seed", value).toBigIntegerExact();
            if (seed.bitLength() < SEED_BITS || (seed.signum() > 0 && seed.bitLength() == SEED_BITS)) {
                return OptionalLong.of(seed.longValue());
            }
        } catch (ArithmeticException e) {
            throw CallValues.invalid("seed", "a whole number", value, e);
        }
        throw CallValues.invalid("seed", "a whole number from -2^63 to 2^64 - 1", value, null);
    }

    /** The longest output in tokens: the smaller of those of the action and of the request. */
    int longest() {
        int own = CallValues.whole("max_output_length", rendered("max_output_length"), 1024, WholeRange.FROM_1);
        return Math.min(
                own, CallValues.whole("max_tokens", overrides.get("max_output_length"), own, WholeRange.FROM_1));
    }

    boolean flag(String name, boolean absent) {
        Object value = value(name);
        return value == null ? absent : CallValues.flag(name, value);
    }

    int whole(String name, int absent, WholeRange range) {
        return CallValues.whole(name, value(name), absent, range);
    }

    private double decimal(String name, double absent) {
        Object value = value(name);
        if (value == null) {
            return absent;
        }
        double number = CallValues.number(name, value).doubleValue();
        if (Double.isInfinite(number)) {
            throw CallValues.invalid(name, "a number of at most 1.7e308", value, null);
        }
        return number;
    }

    @Nullable
    Object value(String name) {
        return overrides.containsKey(name) ? overrides.get(name) : rendered(name);
    }

    private @Nullable Object rendered(String name) {
        Template template = params.get(name);
        return template == null ? null : template.render(scope);
    }
}
