package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTest {
    private final Cancellation cancellation = new Cancellation();
    private final List<String> ran = new ArrayList<>();

    @Test
    void everyActionRunsOnceAndTheFirstReasonStays() {
        cancellation.onCancel(() -> ran.add("first"));
        cancellation.onCancel(() -> ran.add("second"));
        assertThat(cancellation.cancel("client disconnected")).isTrue();
        assertThat(cancellation.cancel("again")).isFalse();

        assertThat(ran).containsExactly("first", "second");
        assertThat(cancellation.reason()).isEqualTo("client disconnected");
        assertThatThrownBy(cancellation::throwIfCancelled).hasMessageContaining("client disconnected");
    }

    @Test
    void anActionThatComesTooLateRunsAtOnce() {
        cancellation.cancel("gone");
        cancellation.onCancel(() -> ran.add("late"));
        assertThat(ran).containsExactly("late");
    }

    @Test
    void anActionTakenBackDoesNotRun() {
        Runnable action = () -> ran.add("same");
        cancellation.onCancel(action).close();
        cancellation.onCancel(action);
        cancellation.cancel("gone");
        assertThat(ran).containsExactly("same");
    }

    @Test
    void anActionThatFailsKeepsNoOtherFromRunning() {
        cancellation.onCancel(() -> {
            throw new IllegalStateException("on purpose");
        });
        cancellation.onCancel(() -> {
            throw new OutOfMemoryError("on purpose");
        });
        cancellation.onCancel(() -> ran.add("second"));
        cancellation.cancel("gone");
        assertThat(ran).containsExactly("second");
    }

    @Test
    void nothingHappensBeforeItIsCancelled() {
        cancellation.throwIfCancelled();
        assertThat(cancellation.isCancelled()).isFalse();
        assertThat(cancellation.reason()).isNull();
    }
}
