package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.inference.GenerationDefaults;
import dev.weir.sampling.BeamParameters;
import dev.weir.sampling.BeamParameters.EarlyStopping;
import dev.weir.sampling.SamplingParameters;
import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The {@code params} of a model's action, rendered one by one; numbers may come as text. */
record GenerationParameters(Map<String, Template> params, Scope scope) {

    /** How tokens are chosen; absent values are the model's own, or the defaults of {@link SamplingParameters}. */
    SamplingParameters sampling(GenerationDefaults own) {
        SamplingParameters defaults = SamplingParameters.defaults();
        Object seed = value("seed");
        double temperature = decimal("temperature", defaults.temperature());
        // The limit of ever lower temperatures is the most likely token.
        boolean frozen = temperature == 0;
        return new SamplingParameters(
                !frozen && flag("do_sample", defaults.doSample()),
                frozen ? 1 : temperature,
                whole("top_k", defaults.topK()),
                decimal("top_p", defaults.topP()),
                decimal("repetition_penalty", own.repetitionPenalty()),
                whole("no_repeat_ngram_size", own.noRepeatNgramSize()),
                whole("min_output_length", defaults.minNewTokens()),
                seed == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(number("seed", seed).longValue()));
    }

    /** How a beam search goes; absent values are the model's own. */
    BeamParameters beams(GenerationDefaults own) {
        Object early = value("early_stopping");
        EarlyStopping stopping = early == null
                ? own.earlyStopping()
                : early.equals("never")
                        ? EarlyStopping.WHEN_IMPOSSIBLE
                        : flag("early_stopping", early) ? EarlyStopping.AT_ONCE : EarlyStopping.WHEN_UNLIKELY;
        return new BeamParameters(whole("num_beams", 1), decimal("length_penalty", own.lengthPenalty()), stopping);
    }

    boolean flag(String name, boolean absent) {
        Object value = value(name);
        return value == null ? absent : flag(name, value);
    }

    int whole(String name, int absent) {
        return whole(name, value(name), absent);
    }

    private double decimal(String name, double absent) {
        Object value = value(name);
        return value == null ? absent : number(name, value).doubleValue();
    }

    @Nullable
    Object value(String name) {
        Template template = params.get(name);
        return template == null ? null : template.render(scope);
    }

    static int whole(String name, @Nullable Object value, int absent) {
        if (value == null) {
            return absent;
        }
        try {
            return number(name, value).intValueExact();
        } catch (ArithmeticException e) {
            throw invalid(name, "a whole number", value, e);
        }
    }

    static boolean flag(String name, @Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        String text = Values.text(value);
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return text.equalsIgnoreCase("true");
        }
        throw invalid(name, "true or false", value, null);
    }

    private static BigDecimal number(String name, Object value) {
        try {
            return new BigDecimal(Values.text(value).strip());
        } catch (NumberFormatException e) {
            throw invalid(name, "a number", value, e);
        }
    }

    private static WeirException invalid(String name, String wanted, Object value, @Nullable Exception cause) {
        return new WeirException(
                ErrorCode.INVALID_INPUT, name + " must be " + wanted + ", was " + Values.shown(value), cause);
    }
}
