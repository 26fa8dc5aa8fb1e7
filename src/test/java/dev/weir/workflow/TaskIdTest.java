package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskIdTest {
    @Test
    void theTimeStandsInTheFirstTenDigits() {
        // The example of the ULID specification: 1469918176385 is 01ARYZ6S41.
        assertThat(TaskId.next(() -> Instant.ofEpochMilli(1469918176385L), new Random(1)))
                .startsWith("01ARYZ6S41")
                .matches("[0-9A-HJKMNP-TV-Z]{26}");
    }

    @Test
    void idsOfTheSameMillisecondDiffer() {
        Random random = new Random(1);
        InstantSource clock = () -> Instant.EPOCH;
        assertThat(TaskId.next(clock, random)).isNotEqualTo(TaskId.next(clock, random));
    }
}
