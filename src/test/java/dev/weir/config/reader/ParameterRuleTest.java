package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.WeirException;
import dev.weir.json.Scalars;
import dev.weir.sampling.BeamParameters;
import dev.weir.sampling.BeamParameters.EarlyStopping;
import dev.weir.sampling.SamplingParameters;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterRuleTest {

    /** A configuration accepts the same values as a run; otherwise each of its runs would be refused. */
    @ParameterizedTest
    @CsvSource({
        "temperature, 1e10, true",
        "temperature, 1.1e10, false",
        "temperature, -0.1, false",
        "top_p, 0, true",
        "top_p, 1, true",
        "top_p, 1.01, false",
        "top_p, -0.01, false",
        "top_k, 0, true",
        "top_k, 1000000, true",
        "top_k, 1000001, false",
        "top_k, -1, false",
        "repetition_penalty, 1e-6, true",
        "repetition_penalty, 1e6, true",
        "repetition_penalty, 0, false",
        "repetition_penalty, 1.1e6, false",
        "no_repeat_ngram_size, 0, true",
        "no_repeat_ngram_size, 1000, true",
        "no_repeat_ngram_size, 1001, false",
        "length_penalty, -100, true",
        "length_penalty, 100, true",
        "length_penalty, 100.1, false",
        "length_penalty, -100.1, false"
    })
    void theConfigurationAndTheRunHaveTheSameLimits(String name, String text, boolean allowed) {
        Number value = (Number) Scalars.resolve(text);

        assertThat(ParameterRule.ALL.get(name).fault(value).isEmpty()).isEqualTo(allowed);
        assertThat(isTaken(name, value)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, true",
        "18446744073709551615, true",
        "18446744073709551616, false",
        "-9223372036854775809, false",
        "1.5, false",
        "1e3, false",
        "lucky, false"
    })
    void aSeedIsAWholeNumberOf64Bits(String text, boolean allowed) {
        assertThat(ParameterRule.SEED.fault(Scalars.resolve(text)).isEmpty()).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "never, true", "always, false", "1, false"})
    void earlyStoppingMayBeNever(String text, boolean allowed) {
        assertThat(ParameterRule.ALL
                        .get("early_stopping")
                        .fault(Scalars.resolve(text))
                        .isEmpty())
                .isEqualTo(allowed);
    }

    private static boolean isTaken(String name, Number value) {
        SamplingParameters plain = SamplingParameters.defaults();
        try {
            Object taken = switch (name) {
                case "temperature" -> plain.withTemperature(value.doubleValue());
                case "top_p" -> plain.withTopP(value.doubleValue());
                case "top_k" -> plain.withTopK(value.intValue());
                case "repetition_penalty" -> plain.withRepetitionPenalty(value.doubleValue());
                case "no_repeat_ngram_size" -> plain.withNoRepeatNgramSize(value.intValue());
                default -> new BeamParameters(2, value.doubleValue(), EarlyStopping.AT_ONCE);
            };
            return taken != null;
        } catch (WeirException e) {
            return false;
        }
    }
}
