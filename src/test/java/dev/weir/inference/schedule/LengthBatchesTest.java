package dev.weir.inference.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthBatchesTest {
    private static List<int[]> texts(int... lengths) {
        return Arrays.stream(lengths).mapToObj(int[]::new).toList();
    }

    private static List<List<Integer>> batches(BatchPolicy policy, int maxTexts, int maxTokens, int... lengths) {
        return LengthBatches.of(texts(lengths), policy, maxTexts, maxTokens).stream()
                .map(batch -> Arrays.stream(batch).boxed().toList())
                .toList();
    }

    @Test
    void textsOfSimilarLengthAreReadTogetherTheLongestFirst() {
        assertThat(batches(BatchPolicy.ANY, 64, 512, 5, 100, 7, 90, 6))
                .containsExactly(List.of(1, 3), List.of(2, 4, 0));
    }

    @Test
    void aBatchIsBoundedByItsTexts() {
        assertThat(batches(BatchPolicy.ANY, 2, 512, 3, 3, 3, 3, 3))
                .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
    }

    @Test
    void aBatchIsBoundedByItsTokensPaddingIncluded() {
        assertThat(batches(BatchPolicy.ANY, 64, 30, 10, 5, 5, 5)).containsExactly(List.of(0, 1, 2), List.of(3));
        assertThat(batches(BatchPolicy.ANY, 64, 30, 31, 29)).containsExactly(List.of(0), List.of(1));
    }

    @Test
    void textsThatCannotBePaddedAreReadWithOthersOfTheirLength() {
        assertThat(batches(BatchPolicy.EQUAL_LENGTHS, 64, 512, 4, 5, 4, 5, 6))
                .containsExactly(List.of(4), List.of(1, 3), List.of(0, 2));
    }

    @Test
    void textsThatChangeInCompanyAreReadAlone() {
        assertThat(batches(BatchPolicy.SINGLE, 64, 512, 4, 4, 5)).containsExactly(List.of(2), List.of(0), List.of(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 17, 64})
    void everyTextIsInOneBatchAndNoBatchExceedsItsBounds(int maxTexts) {
        Random random = new Random(maxTexts);
        for (BatchPolicy policy : List.of(BatchPolicy.SINGLE, BatchPolicy.EQUAL_LENGTHS, BatchPolicy.ANY)) {
            List<int[]> ids = random.ints(200, 1, 600).mapToObj(int[]::new).toList();
            List<int[]> batches = LengthBatches.of(ids, policy, maxTexts, 512);

            assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted().toArray())
                    .isEqualTo(IntStream.range(0, 200).toArray());
            for (int[] batch : batches) {
                int longest = Arrays.stream(batch)
                        .map(text -> ids.get(text).length)
                        .max()
                        .orElseThrow();
                assertThat(batch.length).isBetween(1, Math.min(maxTexts, policy.maxRows()));
                assertThat(batch.length == 1 || longest * batch.length <= 512).isTrue();
            }
        }
    }
}
