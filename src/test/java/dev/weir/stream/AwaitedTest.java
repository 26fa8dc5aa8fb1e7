package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AwaitedTest {
    private final Awaited<String> awaited = new Awaited<>();

    @Test
    void theOutcomeEndsEveryWait() {
        CompletableFuture<String> before = awaited.await();
        assertThat(awaited.complete("done")).isTrue();
        assertThat(awaited.complete("again")).isFalse();
        assertThat(before).isCompletedWithValue("done");
        assertThat(awaited.await()).isCompletedWithValue("done");
        assertThat(awaited.value()).isEqualTo("done");
        assertThat(awaited.waits()).isZero();
    }

    @Test
    void aFailureEndsEveryWait() {
        CompletableFuture<String> wait = awaited.await();
        IllegalStateException failure = new IllegalStateException("broken");
        awaited.completeExceptionally(failure);
        assertThatThrownBy(wait::join).hasCause(failure);
        assertThat(awaited.failure()).isSameAs(failure);
        assertThat(awaited.value()).isNull();
    }

    @Test
    void aWaitThatIsGivenUpEndsNoOtherAndLeavesNothing() {
        CompletableFuture<String> other = awaited.await();
        for (int i = 0; i < 1000; i++) {
            awaited.await().cancel(false);
        }
        assertThat(awaited.waits()).isEqualTo(1);
        assertThat(awaited.isDone()).isFalse();
        awaited.complete("done");
        assertThat(other).isCompletedWithValue("done");
    }
}
