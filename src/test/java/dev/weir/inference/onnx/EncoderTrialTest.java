package dev.weir.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.schedule.BatchPolicy;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderTrialTest {
    private static final int[] TOKENS = {3, 9, 4, 7, 5};

    private static BatchPolicy policy(Function<List<int[]>, List<float[]>> graph, boolean exact, boolean padded) {
        return new EncoderTrial(graph, TOKENS, exact).policy(padded, 512);
    }

    private static List<float[]> exact(List<int[]> ids) {
        return ids.stream().map(text -> new float[] {text[0], text.length}).toList();
    }

    private static int longest(List<int[]> ids) {
        return ids.stream().mapToInt(text -> text.length).max().orElseThrow();
    }

    private static List<float[]> readsPadding(List<int[]> ids) {
        return ids.stream().map(text -> new float[] {text[0], longest(ids)}).toList();
    }

    private static List<float[]> sharesRounding(List<int[]> ids) {
        return ids.stream()
                .map(text -> new float[] {text[0] + ids.size() / 256f})
                .toList();
    }

    private static List<float[]> refusesCompany(List<int[]> ids) {
        if (ids.size() > 1) {
            throw new WeirException(ErrorCode.INTERNAL, "by the test");
        }
        return exact(ids);
    }

    @Test
    void textsThatStayTheSameAreReadInAnyCompany() {
        assertThat(policy(EncoderTrialTest::exact, true, true)).isEqualTo(BatchPolicy.ANY);
    }

    @Test
    void sumsInAnotherOrderCountAsTheSame() {
        assertThat(policy(
                        ids -> ids.stream()
                                .map(text -> new float[] {1, ids.size() > 1 ? Math.nextUp(1f) : 1f})
                                .toList(),
                        true,
                        true))
                .isEqualTo(BatchPolicy.ANY);
    }

    @Test
    void aGraphThatReadsPaddingTakesEqualLengths() {
        assertThat(policy(EncoderTrialTest::readsPadding, true, true)).isEqualTo(BatchPolicy.EQUAL_LENGTHS);
        assertThat(policy(EncoderTrialTest::exact, true, false)).isEqualTo(BatchPolicy.EQUAL_LENGTHS);
        assertThat(policy(EncoderTrialTest::exact, false, false)).isEqualTo(BatchPolicy.EQUAL_LENGTHS);
    }

    @Test
    void aGraphWhoseTextsShareTheirRoundingReadsEachAloneUnlessThatIsWanted() {
        assertThat(policy(EncoderTrialTest::sharesRounding, true, true)).isEqualTo(BatchPolicy.SINGLE);
        assertThat(policy(EncoderTrialTest::sharesRounding, false, true)).isEqualTo(BatchPolicy.ANY);
    }

    @Test
    void aGraphThatTakesOneTextReadsEachAlone() {
        assertThat(policy(EncoderTrialTest::refusesCompany, true, true)).isEqualTo(BatchPolicy.SINGLE);
        assertThat(policy(EncoderTrialTest::refusesCompany, false, true)).isEqualTo(BatchPolicy.SINGLE);
    }

    @Test
    void aGraphThatFailsWithOneTextIsRefused() {
        for (RuntimeException failure :
                List.of(new WeirException(ErrorCode.INTERNAL, "by the test"), new ClassCastException("by the test"))) {
            assertThatThrownBy(() -> policy(
                            ids -> {
                                throw failure;
                            },
                            true,
                            true))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                    .hasMessageContaining("the model's graph cannot be run with its config.json")
                    .hasMessageContaining("by the test; get both from the same export");
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aGraphThatGivesNoFiniteNumbersIsRefused(float number) {
        for (int[] tokens : List.of(TOKENS, new int[] {0})) {
            EncoderTrial trial = new EncoderTrial(
                    ids -> ids.stream().map(text -> new float[] {1, number}).toList(), tokens, false);
            assertThatThrownBy(() -> trial.policy(true, 512))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                    .hasMessageContaining("the model's graph gives ")
                    .hasMessageEndingWith("take another precision or export");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED", "TIMED_OUT"})
    void aTrialThatIsEndedFailsAlsoInCompany(ErrorCode code) {
        for (int most : new int[] {0, 1}) {
            assertThatThrownBy(() -> policy(
                            ids -> {
                                if (ids.size() > most) {
                                    throw new WeirException(code, "by the test");
                                }
                                return exact(ids);
                            },
                            true,
                            true))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(code));
        }
    }

    @Test
    void textsOfOneTokenAreReadAlone() {
        assertThat(new EncoderTrial(EncoderTrialTest::exact, new int[] {0, 0}, true).policy(true, 512))
                .isEqualTo(BatchPolicy.SINGLE);
    }

    @Test
    void theTrialKeepsWithinTheContext() {
        EncoderTrial trial = new EncoderTrial(
                ids -> {
                    assertThat(longest(ids)).isLessThanOrEqualTo(2);
                    return exact(ids);
                },
                TOKENS,
                true);
        assertThat(trial.policy(true, 2)).isEqualTo(BatchPolicy.ANY);
    }
}
