package dev.weir.workflow.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShownProblemsTest {

    @Test
    void aHundredAreShownOfFiveHundredCharactersWithTheNumberOfTheRest() {
        ShownProblems problems = ShownProblems.of(Collections.nCopies(10_000, "x".repeat(10_000)), 85_000);

        assertThat(problems.count()).isEqualTo(95_000);
        assertThat(problems.lines()).hasSize(101).endsWith("and 94900 more");
        assertThat(problems.shown()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(501));
    }

    @Test
    void fewAreShownAsTheyAre() {
        assertThat(ShownProblems.of(List.of("a", "b"), 0).lines()).containsExactly("a", "b");
        assertThat(ShownProblems.of(List.of(), 0).lines()).isEmpty();
    }
}
