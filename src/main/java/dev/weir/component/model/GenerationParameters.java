package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.sampling.SamplingParameters;
import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The {@code params} of a model's action, rendered one by one; numbers may come as text. */
record GenerationParameters(Map<String, Template> params, Scope scope) {

    /** How tokens are chosen; absent values are the defaults of {@link SamplingParameters}. */
    SamplingParameters sampling() {
        SamplingParameters defaults = SamplingParameters.defaults();
        Object seed = value("seed");
        return new SamplingParameters(
                value("do_sample") == null ? defaults.doSample() : flag("do_sample", value("do_sample")),
                decimal("temperature", defaults.temperature()),
                whole("top_k", defaults.topK()),
                decimal("top_p", defaults.topP()),
                decimal("repetition_penalty", defaults.repetitionPenalty()),
                whole("no_repeat_ngram_size", defaults.noRepeatNgramSize()),
                whole("min_output_length", defaults.minNewTokens()),
                seed == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(number("seed", seed).longValue()));
    }

    int whole(String name, int absent) {
        return whole(name, value(name), absent);
    }

    private double decimal(String name, double absent) {
        Object value = value(name);
        return value == null ? absent : number(name, value).doubleValue();
    }

    private @Nullable Object value(String name) {
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
