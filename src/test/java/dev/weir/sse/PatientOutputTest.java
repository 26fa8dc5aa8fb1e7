package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.sse.Patience.SlowClientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PatientOutputTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final byte[] EVENT = "data: a\n\n".getBytes(StandardCharsets.UTF_8);

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
    private final CountDownLatch dropped = new CountDownLatch(1);
    private final AtomicInteger drops = new AtomicInteger();

    @AfterEach
    void end() {
        Thread.interrupted();
        timers.shutdownNow();
    }

    /** A client that takes nothing, on a server that waits for it until it is interrupted. */
    private static final OutputStream STUCK = new OutputStream() {
        @Override
        public void write(int one) {
            throw new AssertionError("a byte at a time");
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
    };

    @Test
    void aWriteThatNobodyTakesIsInterrupted() throws Exception {
        try (PatientOutput out = new PatientOutput(STUCK, new Patience(SHORT, timers, this::drop))) {
            assertThatThrownBy(() -> out.write(EVENT))
                    .isInstanceOf(SlowClientException.class)
                    .hasMessage("the client took nothing for 20 ms")
                    .hasCauseInstanceOf(InterruptedIOException.class);
            assertThat(drops).hasValue(1);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("the end of the response does not wait either")
                    .isTrue();
            assertThatThrownBy(() -> out.write(EVENT)).isInstanceOf(SlowClientException.class);
            assertThatThrownBy(out::flush).isInstanceOf(SlowClientException.class);
        }
    }

    @Test
    void aServerThatEndsTheWriteByItselfLosesNoReason() throws Exception {
        OutputStream givesUp = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                awaitDrop();
                throw new IOException("write timed out");
            }
        };
        try (PatientOutput out = new PatientOutput(givesUp, new Patience(SHORT, timers, this::drop))) {
            assertThatThrownBy(() -> out.write(EVENT))
                    .isInstanceOf(SlowClientException.class)
                    .hasRootCauseMessage("write timed out");
        }
    }

    @Test
    void aWriteThatEndsJustAfterTheLimitDropsToo() throws Exception {
        OutputStream late = new OutputStream() {
            @Override
            public void write(int one) {
                awaitDrop();
            }
        };
        try (PatientOutput out = new PatientOutput(late, new Patience(SHORT, timers, this::drop))) {
            assertThatThrownBy(() -> out.write(EVENT))
                    .isInstanceOf(SlowClientException.class)
                    .hasNoCause();
        }
    }

    @Test
    void itLooksNoMoreOnceItIsClosed() throws Exception {
        timers.setRemoveOnCancelPolicy(true);
        try (PatientOutput out =
                new PatientOutput(new ByteArrayOutputStream(), new Patience(Duration.ofDays(1), timers, this::drop))) {
            out.write(EVENT);
            assertThat(timers.getQueue()).hasSize(1);
        }
        assertThat(timers.getQueue()).isEmpty();
    }

    @Test
    void silenceBetweenWritesIsNoStall() throws Exception {
        CountDownLatch looks = new CountDownLatch(3);
        ScheduledThreadPoolExecutor watched = new ScheduledThreadPoolExecutor(1) {
            @Override
            protected void afterExecute(Runnable look, Throwable failure) {
                looks.countDown();
            }
        };
        try (PatientOutput out =
                new PatientOutput(new ByteArrayOutputStream(), new Patience(SHORT, watched, this::drop))) {
            out.write(EVENT);
            looks.await();
            out.write(EVENT);
            assertThat(drops).hasValue(0);
        } finally {
            watched.shutdownNow();
        }
    }

    @Test
    void withoutALimitNothingLooks() throws Exception {
        try (PatientOutput out =
                new PatientOutput(new ByteArrayOutputStream(), new Patience(Duration.ZERO, timers, this::drop))) {
            out.write(EVENT);
            assertThat(timers.getQueue()).isEmpty();
        }
    }

    @Test
    void theInterruptNeverReachesAThreadThatHasLeftTheWrite() throws Exception {
        for (int i = 0; i < 300; i++) {
            long nanos = 50_000 + 1_000L * (i % 50);
            OutputStream slow = new OutputStream() {
                @Override
                public void write(int one) {
                    long end = System.nanoTime() + nanos;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                }
            };
            boolean refused = false;
            try (PatientOutput out =
                    new PatientOutput(slow, new Patience(Duration.ofNanos(75_000), timers, () -> {}))) {
                out.write(1);
            } catch (SlowClientException e) {
                refused = true;
            }
            boolean interrupted = Thread.interrupted();
            awaitQuiet();
            assertThat(Thread.interrupted()).as("interrupted after the write").isFalse();
            assertThat(interrupted).as("interrupted only when told").isIn(false, refused);
        }
    }

    private void drop() {
        drops.incrementAndGet();
        dropped.countDown();
    }

    /** Waits out an interrupt, as a server does that knows none. */
    private void awaitDrop() {
        boolean interrupted = false;
        while (true) {
            try {
                dropped.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever the timers do now is over afterwards. */
    private void awaitQuiet() throws Exception {
        timers.submit(() -> {}).get();
    }
}
