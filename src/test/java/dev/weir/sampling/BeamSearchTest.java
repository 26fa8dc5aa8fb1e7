package dev.weir.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.sampling.BeamParameters.EarlyStopping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BeamSearchTest {
    private static final int END = 0;
    private static final int TOKENS = 4;
    private static final SamplingParameters GREEDY = SamplingParameters.greedy();

    /** With as many beams as texts, the search is exhaustive. */
    @Test
    void enoughBeamsFindTheBestOfAllTexts() {
        for (int seed = 0; seed < 20; seed++) {
            Oracle oracle = new Oracle(seed);
            BeamParameters beams = new BeamParameters(40, 0.7, EarlyStopping.WHEN_IMPOSSIBLE);

            List<int[]> best = search(GREEDY, beams, TokenRules.ending(Set.of(END)), 3, oracle)
                    .best(3);

            List<List<Integer>> all = oracle.texts(3);
            all.sort(Comparator.comparingDouble(
                            (List<Integer> text) -> oracle.logProbability(text) / Math.pow(text.size(), 0.7))
                    .reversed());
            for (int i = 0; i < best.size(); i++) {
                assertThat(best.get(i)).containsExactly(ints(all.get(i)));
            }
        }
    }

    @Test
    void oneEndingIsNotEnoughToStopUnlessItIsAskedFor() {
        // An immediate end is likely; the continuation has a higher probability in the end.
        Oracle oracle = new Oracle(1) {
            @Override
            float[] logits(List<Integer> text) {
                return text.isEmpty() ? new float[] {2, 1.9f, 0, -9} : new float[] {9, 0, 0, 0};
            }
        };
        TokenRules rules = TokenRules.ending(Set.of(END));
        BeamSearch atOnce = search(GREEDY, new BeamParameters(2, 0, EarlyStopping.AT_ONCE), rules, 9, oracle);
        BeamSearch patient = search(GREEDY, new BeamParameters(2, 3, EarlyStopping.WHEN_IMPOSSIBLE), rules, 9, oracle);

        assertThat(atOnce.best(1).get(0)).containsExactly(END);
        assertThat(patient.newTokens()).isGreaterThan(atOnce.newTokens());
    }

    @ParameterizedTest
    @EnumSource
    void everySearchEndsAtTheMostTokens(EarlyStopping earlyStopping) {
        TokenRules endless = TokenRules.ending(Set.of());

        BeamSearch search = search(GREEDY, new BeamParameters(3, 1, earlyStopping), endless, 5, new Oracle(2));

        assertThat(search.best(3))
                .hasSize(3)
                .allSatisfy(text -> assertThat(text).hasSize(5));
        assertThat(search.scores(3)).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void beamsObeyTheRulesOfTokens() {
        TokenRules rules = new TokenRules(
                Set.of(END), OptionalInt.of(2), Set.of(END), List.of(List.of(2, 1)), Set.of(3), Set.of());

        BeamSearch search =
                search(GREEDY, new BeamParameters(2, 1, EarlyStopping.WHEN_UNLIKELY), rules, 4, new Oracle(3));

        assertThat(search.best(2)).allSatisfy(text -> {
            assertThat(text).startsWith(2).endsWith(END).doesNotContain(3);
            assertThat(text[1]).isNotEqualTo(1);
        });
    }

    @Test
    void noRunComesTwiceWithinABeam() {
        BeamSearch search = search(
                GREEDY.withNoRepeatNgramSize(2),
                new BeamParameters(3, 1, EarlyStopping.AT_ONCE),
                TokenRules.ending(Set.of()),
                9,
                new Oracle(4));

        for (int[] text : search.best(3)) {
            List<List<Integer>> pairs = new ArrayList<>();
            for (int i = 1; i < text.length; i++) {
                pairs.add(List.of(text[i - 1], text[i]));
            }
            assertThat(pairs).doesNotHaveDuplicates();
        }
    }

    @Test
    void sampledBeamsAreTheSeedsOwn() {
        BeamParameters beams = new BeamParameters(3, 1, EarlyStopping.WHEN_UNLIKELY);
        SamplingParameters sampled = SamplingParameters.defaults().withTemperature(1.5);
        Map<List<Integer>, Integer> texts = new HashMap<>();
        for (int seed = 0; seed < 30; seed++) {
            BeamSearch search = search(sampled.withSeed(seed), beams, TokenRules.ending(Set.of(END)), 4, new Oracle(5));
            assertThat(search(sampled.withSeed(seed), beams, TokenRules.ending(Set.of(END)), 4, new Oracle(5))
                            .best(1)
                            .get(0))
                    .isEqualTo(search.best(1).get(0));
            texts.merge(Arrays.stream(search.best(1).get(0)).boxed().toList(), 1, Integer::sum);
        }
        assertThat(texts).hasSizeGreaterThan(2);
    }

    @Test
    void numbersThatAreNoneAreAnError() {
        BeamSearch search = new BeamSearch(
                GREEDY, BeamParameters.none().withBeams(2), TokenRules.ending(Set.of(END)), new int[] {1}, 4);

        assertThatThrownBy(() -> search.next(new float[][] {{Float.NaN, 1}, {Float.NaN, 1}}))
                .hasMessageContaining("logits are not numbers");
    }

    @Test
    void parametersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new BeamParameters(0, 1, EarlyStopping.AT_ONCE))
                .hasMessage("num_beams must be at least 1, was 0");
        assertThatThrownBy(() -> new BeamParameters(2, Double.NaN, EarlyStopping.AT_ONCE))
                .hasMessage("length_penalty must be from -100 to 100, was NaN");
    }

    private static BeamSearch search(
            SamplingParameters parameters, BeamParameters beams, TokenRules rules, int most, Oracle oracle) {
        BeamSearch search = new BeamSearch(parameters, beams, rules, new int[] {9}, most);
        List<List<Integer>> texts = new ArrayList<>();
        while (texts.size() < beams.beams()) {
            texts.add(List.of());
        }
        while (search.next(texts.stream().map(oracle::logits).toArray(float[][]::new))) {
            List<List<Integer>> next = new ArrayList<>();
            for (int beam = 0; beam < beams.beams(); beam++) {
                List<Integer> text = new ArrayList<>(texts.get(search.sources()[beam]));
                text.add(search.tokens()[beam]);
                next.add(text);
            }
            texts = next;
        }
        return search;
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A model with random probabilities for every text. */
    private static class Oracle {
        private final long seed;

        Oracle(long seed) {
            this.seed = seed;
        }

        float[] logits(List<Integer> text) {
            Random random = new Random(seed * 31 + text.hashCode());
            random.nextInt();
            float[] logits = new float[TOKENS];
            for (int token = 0; token < TOKENS; token++) {
                logits[token] = (float) random.nextGaussian() * 2;
            }
            return logits;
        }

        double logProbability(List<Integer> text) {
            double sum = 0;
            for (int i = 0; i < text.size(); i++) {
                float[] logits = logits(text.subList(0, i));
                double all = 0;
                for (float logit : logits) {
                    all += Math.exp(logit);
                }
                sum += logits[text.get(i)] - Math.log(all);
            }
            return sum;
        }

        /** All texts that end within {@code most} tokens. */
        List<List<Integer>> texts(int most) {
            List<List<Integer>> whole = new ArrayList<>();
            List<List<Integer>> open = List.of(List.of());
            for (int length = 1; length <= most; length++) {
                List<List<Integer>> next = new ArrayList<>();
                for (List<Integer> text : open) {
                    for (int token = 0; token < TOKENS; token++) {
                        List<Integer> longer = new ArrayList<>(text);
                        longer.add(token);
                        (token == END || length == most ? whole : next).add(longer);
                    }
                }
                open = next;
            }
            return whole;
        }
    }
}
