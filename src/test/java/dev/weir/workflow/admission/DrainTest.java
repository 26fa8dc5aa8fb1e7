package dev.weir.workflow.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DrainTest {
    private static final Duration EVER = Duration.ofMinutes(1);

    private final Drain drain = new Drain(Optional.empty());

    @Test
    void whoeverComesAfterTheCloseIsRefusedAndToldWhy() {
        drain.enter();
        assertThat(drain.refusal()).isEmpty();
        drain.close();
        assertRefused(drain, "shutting down");
        assertThat(drain.refusal()).hasValue("the server is shutting down");
        assertThat(drain.inside()).isEqualTo(1);
    }

    @Test
    void anEmptyOneIsNotWaitedFor() throws InterruptedException {
        drain.close();
        assertThat(drain.awaitEmpty(EVER)).isZero();
    }

    @Test
    void theLastToLeaveEndsTheWait() throws Exception {
        drain.enter();
        drain.enter();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> waiting = thread.submit(() -> drain.awaitEmpty(EVER));
            drain.leave();
            assertThat(waiting.isDone()).isFalse();
            drain.leave();
            assertThat(waiting.get()).isZero();
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void whoStaysTooLongIsCounted() throws InterruptedException {
        drain.enter();
        drain.enter();
        drain.leave();
        assertThat(drain.awaitEmpty(Duration.ofMillis(1))).isEqualTo(1);
        assertThat(drain.awaitEmpty(Duration.ZERO)).isEqualTo(1);
    }

    @Test
    void aSignClosesItForAsLongAsItIsThere(@TempDir Path folder) throws Exception {
        Path sign = folder.resolve("out-of-service");
        Drain signed = new Drain(Optional.of(sign));
        signed.enter();
        Files.createFile(sign);
        assertRefused(signed, "weir.shutdown.file");
        Files.delete(sign);
        signed.enter();
        assertThat(signed.refusal()).isEmpty();
        assertThat(signed.inside()).isEqualTo(2);
    }

    private static void assertRefused(Drain drain, String why) {
        assertThatThrownBy(drain::enter)
                .isInstanceOfSatisfying(
                        WeirException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.SHUTTING_DOWN))
                .hasMessageContaining(why);
    }
}
