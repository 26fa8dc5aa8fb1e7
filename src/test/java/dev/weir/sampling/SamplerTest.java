package dev.weir.sampling;

import static dev.weir.StoriesModel.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.StoriesModel;
import dev.weir.WeirException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
    private static final Set<String> SUPPORTED =
            Set.of("temperature", "top_k", "top_p", "repetition_penalty", "no_repeat_ngram_size");
    private static final SamplingParameters PLAIN = new SamplingParameters(true, 1, 0, 1, 1, 0, 0, OptionalLong.of(1));

    static Stream<Arguments> goldenDistributions() {
        return StoriesModel.golden("samplers")
                .flatMap(golden -> golden.getJsonArray("filtered").getValuesAs(JsonObject.class).stream()
                        .filter(filtered -> SUPPORTED.containsAll(
                                filtered.getJsonObject("settings").keySet()))
                        .map(filtered -> Arguments.of(golden.getString("prompt"), golden, filtered)));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("goldenDistributions")
    void filtersTheDistributionAsTransformersDoes(String prompt, JsonObject golden, JsonObject filtered) {
        float[] logits = logits(golden);
        TokenHistory history = new TokenHistory(ints(golden.getJsonArray("input_ids")));

        LogitsProcessor.chain(parameters(filtered.getJsonObject("settings")), TokenRules.ending(Set.of()), 100)
                .forEach(processor -> processor.process(history, logits));

        Map<Integer, Double> actual = probabilities(logits);
        JsonObject expected = filtered.getJsonObject("probabilities");
        assertThat(actual.keySet())
                .isEqualTo(expected.keySet().stream().map(Integer::valueOf).collect(Collectors.toSet()));
        actual.forEach((token, probability) -> {
            double wanted = expected.getJsonNumber(String.valueOf(token)).doubleValue();
            assertThat(probability).as("token %d", token).isCloseTo(wanted, within(1e-5 * wanted + 1e-9));
        });
    }

    @Test
    void theGoldenFileCoversSevenSettingsForFivePrompts() {
        assertThat(goldenDistributions()).hasSize(35);
    }

    @Test
    void greedyTakesTheFirstOfEqualLogits() {
        assertThat(sampler(SamplingParameters.greedy()).next(new float[] {1, 3, 2, 3}))
                .isEqualTo(1);
    }

    @Test
    void greedyIgnoresWhatShapesTheDistributionButObeysThePenalties() {
        SamplingParameters greedy =
                SamplingParameters.greedy().withTemperature(100).withRepetitionPenalty(2);

        assertThat(sampler(greedy, Set.of(), 1).next(new float[] {1.6f, 3, 1})).isZero();
    }

    @Test
    void theEndIsForbiddenUntilTheMinimumIsReached() {
        Sampler sampler = sampler(SamplingParameters.greedy().withMinNewTokens(2), Set.of(0), 5, 5, 5);

        assertThat(sampler.next(new float[] {9, 1, 2})).isEqualTo(2);
        assertThat(sampler.next(new float[] {9, 1, 2})).isEqualTo(2);
        assertThat(sampler.next(new float[] {9, 1, 2})).isZero();
    }

    @Test
    void aRunOfTokensDoesNotComeTwice() {
        Sampler sampler = sampler(SamplingParameters.greedy().withNoRepeatNgramSize(3), Set.of(), 1, 2, 3, 1, 2);

        assertThat(sampler.next(new float[] {0, 1, 2, 9})).isEqualTo(2);
        assertThat(sampler.newTokens()).isOne();
    }

    @Test
    void theSameSeedGivesTheSameTokensAndAnotherOneOthers() {
        assertThat(drawn(PLAIN.withSeed(42), 50)).isEqualTo(drawn(PLAIN.withSeed(42), 50));
        assertThat(drawn(PLAIN.withSeed(42), 50)).isNotEqualTo(drawn(PLAIN.withSeed(43), 50));
    }

    @Test
    void drawsAreAsFrequentAsTheyAreLikely() {
        List<Integer> drawn = drawn(PLAIN, 20_000);

        double sum = Math.exp(0) + Math.exp(1) + Math.exp(2);
        for (int token = 0; token < 3; token++) {
            int wanted = token;
            assertThat(drawn.stream().filter(each -> each == wanted).count() / 20_000.0)
                    .isCloseTo(Math.exp(token) / sum, within(0.01));
        }
    }

    @Test
    void topKFindsTheThresholdInAnyOrderOfLogits() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            float[] logits = new float[1 + random.nextInt(40)];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = random.nextInt(12);
            }
            int k = 1 + random.nextInt(logits.length);
            double[] sorted = IntStream.range(0, logits.length)
                    .mapToDouble(i -> logits[i])
                    .sorted()
                    .toArray();
            double threshold = sorted[logits.length - k];
            float[] processed = logits.clone();
            new TopK(k).process(new TokenHistory(new int[0]), processed);
            for (int i = 0; i < logits.length; i++) {
                assertThat(processed[i]).isEqualTo(logits[i] < threshold ? Float.NEGATIVE_INFINITY : logits[i]);
            }
        }
    }

    @Test
    void topPKeepsTheMostLikelyTokenHoweverSmallTheShare() {
        float[] logits = {1, 2, 3};
        new TopP(0.001, 1).process(new TokenHistory(new int[0]), logits);

        assertThat(probabilities(logits)).containsOnlyKeys(2);

        float[] equal = {1, 1, 1};
        new TopP(1e-12, 1).process(new TokenHistory(new int[0]), equal);
        assertThat(probabilities(equal)).hasSize(1);
    }

    @Test
    void logitsThatForbidEverythingAreAnError() {
        float[] forbidden = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};

        assertThatThrownBy(() -> sampler(PLAIN).next(forbidden))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("no next token is possible");
        assertThatThrownBy(() -> sampler(PLAIN).next(new float[] {Float.NaN, Float.NaN}))
                .isInstanceOf(WeirException.class);
    }

    @Test
    void parametersOutOfRangeAreRefusedWithLimitAndValue() {
        assertThatThrownBy(() -> PLAIN.withTopP(1.4)).hasMessage("top_p must be in [0, 1], was 1.4");
        assertThatThrownBy(() -> PLAIN.withTopP(-0.1)).hasMessageContaining("was -0.1");
        assertThatThrownBy(() -> PLAIN.withTopP(Double.NaN)).hasMessageContaining("was NaN");
        assertThatThrownBy(() -> PLAIN.withTemperature(0))
                .hasMessageContaining("temperature must be from 1e-10 to 1e10, was 0.0");
        assertThatThrownBy(() -> PLAIN.withTemperature(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> PLAIN.withTopK(-1)).hasMessage("top_k must be from 0 to 1000000, was -1");
        assertThatThrownBy(() -> PLAIN.withTopK(1_000_001)).hasMessageContaining("was 1000001");
        assertThatThrownBy(() -> PLAIN.withTemperature(1e-300)).hasMessageContaining("was 1.0E-300");
        assertThatThrownBy(() -> PLAIN.withTemperature(1e11)).hasMessageContaining("was 1.0E11");
        assertThatThrownBy(() -> PLAIN.withRepetitionPenalty(1e-7)).hasMessageContaining("was 1.0E-7");
        assertThatThrownBy(() -> PLAIN.withRepetitionPenalty(1e7)).hasMessageContaining("was 1.0E7");
        assertThatThrownBy(() -> PLAIN.withNoRepeatNgramSize(1001)).hasMessageContaining("was 1001");
        assertThatThrownBy(() -> PLAIN.withRepetitionPenalty(0)).hasMessageContaining("repetition_penalty");
        assertThatThrownBy(() -> PLAIN.withNoRepeatNgramSize(-1)).hasMessageContaining("no_repeat_ngram_size");
        assertThatThrownBy(() -> PLAIN.withMinNewTokens(-1)).hasMessageContaining("min_output_length");
    }

    @Test
    void topPOf0KeepsTheMostLikelyToken() {
        for (int seed = 0; seed < 50; seed++) {
            assertThat(sampler(PLAIN.withTopP(0).withSeed(seed)).next(new float[] {1, 1.1f, 1.2f, 1.15f}))
                    .isEqualTo(2);
        }
    }

    @Test
    void theParametersLimitsStillGiveATokenOfEachExtreme() {
        for (double temperature :
                new double[] {SamplingParameters.MIN_TEMPERATURE, SamplingParameters.MAX_TEMPERATURE}) {
            for (double penalty : new double[] {1e-6, 1e6}) {
                SamplingParameters extreme = PLAIN.withTemperature(temperature)
                        .withRepetitionPenalty(penalty)
                        .withTopK(SamplingParameters.MAX_TOP_K)
                        .withTopP(0.5)
                        .withSeed(1);
                float[] logits = {-1e4f, 1e4f, 3, Float.NEGATIVE_INFINITY};
                assertThat(sampler(extreme, Set.of(), 1, 2).next(logits)).isBetween(0, 2);
            }
        }
    }

    private static Sampler sampler(SamplingParameters parameters) {
        return sampler(parameters, Set.of());
    }

    private static Sampler sampler(SamplingParameters parameters, Set<Integer> endTokens, int... prompt) {
        return new Sampler(parameters, TokenRules.ending(endTokens), prompt, 100);
    }

    private static List<Integer> drawn(SamplingParameters parameters, int count) {
        Sampler sampler = sampler(parameters);
        return IntStream.range(0, count)
                .mapToObj(i -> sampler.next(new float[] {0, 1, 2}))
                .toList();
    }

    private static SamplingParameters parameters(JsonObject settings) {
        SamplingParameters parameters = PLAIN.withTopK(settings.getInt("top_k", 0))
                .withNoRepeatNgramSize(settings.getInt("no_repeat_ngram_size", 0));
        if (settings.get("temperature") instanceof JsonNumber temperature) {
            parameters = parameters.withTemperature(temperature.doubleValue());
        }
        if (settings.get("top_p") instanceof JsonNumber topP) {
            parameters = parameters.withTopP(topP.doubleValue());
        }
        if (settings.get("repetition_penalty") instanceof JsonNumber penalty) {
            parameters = parameters.withRepetitionPenalty(penalty.doubleValue());
        }
        return parameters;
    }

    private static float[] logits(JsonObject golden) {
        List<JsonNumber> numbers = golden.getJsonArray("logits").getValuesAs(JsonNumber.class);
        float[] logits = new float[numbers.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) numbers.get(i).doubleValue();
        }
        return logits;
    }

    private static Map<Integer, Double> probabilities(float[] logits) {
        double highest = logits[Sampler.argmax(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - highest);
        }
        Map<Integer, Double> probabilities = new TreeMap<>();
        for (int token = 0; token < logits.length; token++) {
            if (logits[token] > Float.NEGATIVE_INFINITY) {
                probabilities.put(token, Math.exp(logits[token] - highest) / sum);
            }
        }
        return probabilities;
    }
}
