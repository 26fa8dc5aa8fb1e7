package dev.weir.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FuzzTest {

    private static final Duration GENEROUS = Duration.ofSeconds(30);

    @Test
    void eachCaseHasTheRandomNumbersOfItsOwnSeed() {
        List<Long> seen = new ArrayList<>();

        Fuzz.run("numbers", 3, GENEROUS, random -> seen.add(random.nextLong()));

        assertThat(seen)
                .containsExactly(
                        new Random(Fuzz.seed()).nextLong(),
                        new Random(Fuzz.seed() + 1).nextLong(),
                        new Random(Fuzz.seed() + 2).nextLong());
    }

    @Test
    void aFailureNamesTheSeedOfItsCase() {
        List<Integer> seen = new ArrayList<>();

        assertThatThrownBy(() -> Fuzz.run("failures", 5, GENEROUS, random -> {
                    seen.add(1);
                    if (seen.size() == 3) {
                        throw new IllegalStateException("third");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("third")
                .hasMessageContaining("weir.fuzz.seed=" + (Fuzz.seed() + 2))
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCaseThatDoesNotEndFailsWithItsPlace() {
        CountDownLatch never = new CountDownLatch(1);

        assertThatThrownBy(() -> Fuzz.run("hangs", 1, Duration.ofMillis(50), random -> never.await()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("exceeds PT0.05S")
                .hasMessageContaining("weir.fuzz.seed=" + Fuzz.seed());
    }
}
