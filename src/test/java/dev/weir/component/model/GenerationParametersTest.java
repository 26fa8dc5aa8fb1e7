package dev.weir.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.Classification;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelTask;
import dev.weir.config.yaml.Location;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.sampling.BeamSearch;
import dev.weir.sampling.Sampler;
import dev.weir.sampling.TokenRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class GenerationParametersTest {
    private static final CallLimits LIMITS = new CallLimits(8, 16, 100);
    private static final Duration GENEROUS = Duration.ofSeconds(30);
    private static final int VOCABULARY = 50;

    /** The keys of {@code params}, then the other keys of the action. */
    private static final List<String> PARAMETERS = List.of(
            "max_output_length",
            "min_output_length",
            "num_return_sequences",
            "do_sample",
            "temperature",
            "top_k",
            "top_p",
            "num_beams",
            "length_penalty",
            "early_stopping",
            "repetition_penalty",
            "no_repeat_ngram_size",
            "seed",
            "batch_size",
            "max_input_length",
            "streaming",
            "stop_sequences",
            "text");

    static Stream<String> parameters() {
        return PARAMETERS.stream();
    }

    /** Values of every kind at the limits of their types, and beyond. */
    static List<@Nullable Object> extremes() {
        List<@Nullable Object> extremes = new ArrayList<>(List.of(
                0,
                1,
                -1,
                2,
                1000,
                1001,
                100_000,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                BigInteger.TWO.pow(63),
                BigInteger.TWO.pow(64),
                BigInteger.TWO.pow(64).negate(),
                new BigInteger("9".repeat(1000)),
                0.5,
                -0.0,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                -Double.MAX_VALUE,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY));
        for (String decimal :
                List.of("1e-300", "1e-999", "1e999", "-1e999", "1e309", "1e-45", "1e38", "1e39", "0.99999", "1.0001")) {
            extremes.add(new BigDecimal(decimal));
            extremes.add(decimal);
        }
        extremes.addAll(List.of(
                new BigDecimal("1e300000000"),
                new BigDecimal("1e-300000000"),
                "1e-300000000",
                "1e300000000",
                "1e-99999999999",
                "1e99999999999",
                "18446744073709551616",
                "9".repeat(300_000),
                "0." + "0".repeat(300_000) + "1",
                "0x" + "f".repeat(100_000),
                "NaN",
                "Infinity",
                "-Infinity",
                ".inf",
                ".nan",
                "",
                " ",
                "true",
                "never",
                "many",
                true,
                false,
                List.of(),
                List.of(1, 2),
                List.of("", "a"),
                List.of(List.of(List.of())),
                Map.of(),
                Map.of("a", 1),
                new byte[] {1, 2},
                Collections.nCopies(100_000, "stop"),
                "x".repeat(100_000)));
        extremes.add(null);
        return extremes;
    }

    @Test
    void aRequestOverridesTheActionAndNeverMakesItsOutputLonger() {
        Map<String, @Nullable Object> own = new LinkedHashMap<>();
        own.put("temperature", 0.3);
        own.put("max_output_length", 20);
        own.put("stop_sequences", "END");
        GenerationSettings more = call(
                        own, Map.of("temperature", 0.9, "max_output_length", 30, "stop_sequences", List.of("\n")))
                .settings();
        assertThat(more.sampling().temperature()).isEqualTo(0.9);
        assertThat(more.maxNewTokens()).isEqualTo(20);
        assertThat(more.stopSequences()).containsExactly("END", "\n");
        assertThat(call(own, Map.of("max_output_length", 5)).settings().maxNewTokens())
                .isEqualTo(5);
        // A text of a request is never a template.
        assertThat(call(own, Map.of("stop_sequences", List.of("${input.temperature}")))
                        .settings()
                        .stopSequences())
                .containsExactly("END", "${input.temperature}");
    }

    private static GenerationCall call(Map<String, @Nullable Object> values) {
        return call(values, Map.of());
    }

    private static GenerationCall call(Map<String, @Nullable Object> values, Map<String, Object> overrides) {
        Map<String, Template> params = new LinkedHashMap<>();
        values.keySet().forEach(name -> params.put(name, Template.parse("${input." + name + "}")));
        Template text = params.getOrDefault("text", Template.parse("a"));
        ModelAction action = new ModelAction(
                "",
                true,
                text,
                null,
                params.getOrDefault("streaming", Template.parse(false)),
                params.get("batch_size"),
                params.get("max_input_length"),
                params.get("stop_sequences"),
                params,
                Classification.PLAIN,
                null,
                new Location(Path.of("test.yml"), 1, 1));
        return GenerationCall.of(
                action, ModelTask.TEXT_GENERATION, overrides, Bindings.empty().with(Source.INPUT, values), LIMITS);
    }

    /** Chooses some tokens with the settings, as the model's thread would. */
    private static void generate(GenerationSettings settings, Random random) {
        TokenRules rules = TokenRules.ending(Set.of(0));
        int[] prompt = {3, 4, 3, 4, 3};
        if (settings.beams().beams() > 1) {
            BeamSearch search = new BeamSearch(settings.sampling(), settings.beams(), rules, prompt, 6);
            boolean goesOn = true;
            while (goesOn) {
                float[][] logits = new float[settings.beams().beams()][];
                for (int beam = 0; beam < logits.length; beam++) {
                    logits[beam] = beam == 0 || search.newTokens() > 0 ? logits(random) : logits[0].clone();
                }
                goesOn = search.next(logits);
            }
            assertThat(search.best(settings.sequences())).hasSize(settings.sequences());
        } else {
            Sampler sampler = new Sampler(settings.sampling(), rules, prompt, 6);
            for (int i = 0; i < 6; i++) {
                assertThat(sampler.next(logits(random))).isBetween(0, VOCABULARY - 1);
            }
        }
    }

    private static float[] logits(Random random) {
        float[] logits = new float[VOCABULARY];
        for (int token = 0; token < logits.length; token++) {
            logits[token] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 1));
        }
        return logits;
    }

    private static void callsOrRefuses(Map<String, @Nullable Object> values, String name) {
        GenerationSettings settings;
        try {
            settings = call(values).settings();
        } catch (WeirException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT);
            assertThat(e.detail()).contains(name).hasSizeLessThan(400);
            return;
        }
        generate(settings, new Random(1));
        generate(settings.withSequences(1).withBeams(settings.beams().withBeams(3)), new Random(2));
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void everyExtremeOfAParameterIsTakenOrRefusedByName(String name) {
        for (Object value : extremes()) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            values.put(name, value);
            assertTimeoutPreemptively(GENEROUS, () -> callsOrRefuses(values, name));
            values.put("num_beams", 4);
            values.put(name, value);
            assertTimeoutPreemptively(GENEROUS, () -> callsOrRefuses(values, name));
        }
    }

    @Test
    void extremesOfSeveralParametersGoTogether() {
        List<@Nullable Object> taken = List.of(0, 1, 16, 1000, "1e-10", "1e10", "1e-6", "1e6", -100, 100, true);
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (String name : PARAMETERS.subList(0, 13)) {
                if (random.nextInt(3) == 0) {
                    values.put(name, taken.get(random.nextInt(taken.size())));
                }
            }
            assertTimeoutPreemptively(GENEROUS, () -> callsOrRefuses(values, ""));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "num_beams, 16, weir.model.max-sequences",
        "num_return_sequences, 16, weir.model.max-sequences",
        "batch_size, 100, weir.model.max-texts",
        "top_k, 1000000, ",
        "no_repeat_ngram_size, 1000, ",
    })
    void whatSizesSomethingHasALimitThatTheMessageTells(String name, int most, @Nullable String setting) {
        call(Map.of(name, most));
        for (Object beyond : List.of(most + 1, 1_000_000_000, Long.MAX_VALUE, "1e300", "9".repeat(500))) {
            WeirException refused = refused(Map.of(name, beyond));
            assertThat(refused.detail())
                    .startsWith(name + " must be a whole number from ")
                    .contains(" to " + most + (setting == null ? "" : " (" + setting + ")") + ", was ");
        }
    }

    @Test
    void listsHaveALimitThatTheMessageTells() {
        assertThat(call(Map.of("text", Collections.nCopies(100, "a"))).prompts())
                .hasSize(100);
        assertThat(refused(Map.of("text", Collections.nCopies(101, "a"))).detail())
                .isEqualTo("text must be a list of at most 100 texts (weir.model.max-texts), had 101: send them in"
                        + " several calls");
        assertThat(call(Map.of("stop_sequences", Collections.nCopies(64, "a".repeat(500))))
                        .settings()
                        .stopSequences())
                .hasSize(64);
        assertThat(refused(Map.of("stop_sequences", Collections.nCopies(65, "a")))
                        .detail())
                .isEqualTo("stop_sequences must have at most 64 texts, had 65");
        assertThat(refused(Map.of("stop_sequences", "a".repeat(501))).detail())
                .isEqualTo("each of stop_sequences must have at most 500 characters, one had 501");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-1, -1",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, -9223372036854775808",
        "18446744073709551615, -1",
        "-9223372036854775808, -9223372036854775808",
        "7.0, 7",
        "1e3, 1000"
    })
    void aSeedIsWhat64BitsHold(String seed, long taken) {
        for (Object value : List.of(seed, new BigDecimal(seed))) {
            assertThat(call(Map.of("seed", value)).settings().sampling().seed()).isEqualTo(OptionalLong.of(taken));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "seed, 18446744073709551616, 'seed must be a whole number from -2^63 to 2^64 - 1, was '",
        "seed, -9223372036854775809, 'seed must be a whole number from -2^63 to 2^64 - 1, was '",
        "seed, 1.5, 'seed must be a whole number, was '",
        "top_p, 1.0000001, 'top_p must be in [0, 1], was 1.0000001'",
        "top_p, -1e-9, 'top_p must be in [0, 1], was -1.0E-9'",
        "temperature, -1e-300, 'temperature must be from 1e-10 to 1e10, was -1.0E-300'",
        "temperature, 1e400, 'temperature must be a number of at most 1.7e308, was '",
        "temperature, NaN, 'temperature must be a number of at most 1000 digits and an exponent from -999 to 999, was'",
        "temperature, Infinity, 'temperature must be a number of at most 1000 digits'",
        "repetition_penalty, 0, 'repetition_penalty must be from 1e-6 to 1e6, was 0.0'",
        "repetition_penalty, 1e-400, 'repetition_penalty must be from 1e-6 to 1e6, was 0.0'",
        "length_penalty, 101, 'length_penalty must be from -100 to 100, was 101.0'",
        "max_output_length, 2147483648, 'max_output_length must be a whole number from 1 to 2147483647, was '",
        "max_output_length, 0, 'max_output_length must be a whole number from 1 to 2147483647, was '",
        "max_input_length, 0.5, 'max_input_length must be a whole number from 1 to 2147483647, was '"
    })
    void whatIsOutOfRangeIsRefusedWithLimitAndValue(String name, String value, String message) {
        assertThat(refused(Map.of(name, value)).detail()).startsWith(message);
    }

    @Test
    void aTemperatureThatIsNearlyZeroTakesTheMostLikelyToken() {
        for (Object temperature : List.of(0, "1e-300", "1e-11", new BigDecimal("1e-999"), -0.0)) {
            GenerationSettings settings =
                    call(Map.of("temperature", temperature)).settings();
            assertThat(settings.sampling().doSample()).as("%s", temperature).isFalse();
        }
        assertThat(call(Map.of("temperature", "1e-10")).settings().sampling().doSample())
                .isTrue();
        assertThat(call(Map.of("top_p", 0)).settings().sampling().topP()).isZero();
    }

    private static WeirException refused(Map<String, @Nullable Object> values) {
        try {
            call(values);
        } catch (WeirException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT);
            return e;
        }
        throw new AssertionError("not refused: " + values.keySet());
    }
}
