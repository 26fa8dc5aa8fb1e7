package dev.weir.workflow.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermitTest {
    private final List<String> given = new ArrayList<>();
    private final Permit permit = new Permit(() -> given.add("seat"));

    @Test
    void whatIsHeldIsGivenBackAtTheEndTheLatestFirstAndTheSeatWhenTheClientIsAnsweredToo() {
        permit.hold(() -> given.add("a"));
        permit.hold(() -> given.add("b"));
        assertThat(permit.clientAnswered()).isTrue();
        assertThat(given).isEmpty();
        permit.runEnded();
        assertThat(given).containsExactly("b", "a", "seat");
    }

    @Test
    void nothingIsGivenBackTwice() {
        permit.hold(() -> given.add("a"));
        permit.runEnded();
        permit.runEnded();
        assertThat(given).containsExactly("a");
        assertThat(permit.clientAnswered()).isTrue();
        assertThat(permit.clientAnswered()).isFalse();
        permit.runEnded();
        assertThat(given).containsExactly("a", "seat");
    }

    @Test
    void oneStepThatFailsKeepsNoOtherFromBeingDone() {
        permit.hold(() -> given.add("a"));
        permit.hold(() -> {
            throw new OutOfMemoryError("a test's");
        });
        permit.hold(() -> {
            throw new IllegalStateException("a test's");
        });
        permit.clientAnswered();
        permit.runEnded();
        assertThat(given).containsExactly("a", "seat");
    }

    @Test
    void whatComesLateIsGivenBackAtOnce() {
        permit.runEnded();
        permit.hold(() -> given.add("late"));
        assertThat(given).containsExactly("late");
    }
}
