package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.Shutdown.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ShutdownTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Shutdown shutdown = new Shutdown();
    private final List<String> ended = new CopyOnWriteArrayList<>();

    private void register(Phase phase) {
        shutdown.register(phase, phase.name(), () -> ended.add(phase.name()));
    }

    @Test
    void thePhasesFollowEachOtherInTheirOrderWhateverWasRegisteredFirst() {
        List<Phase> shuffled = new ArrayList<>(List.of(Phase.values()));
        Collections.reverse(shuffled);
        shuffled.forEach(this::register);
        shutdown.run();
        shutdown.run();
        assertThat(ended)
                .containsExactly(
                        "REFUSE_REQUESTS",
                        "DRAIN_RUNS",
                        "FAIL_RUNS",
                        "END_RESPONSES",
                        "CLOSE_COMPONENTS",
                        "STOP_PROCESSES",
                        "STOP_THREADS",
                        "RELEASE");
    }

    @Test
    void aParticipantThatFailsKeepsNoOtherFromEnding() {
        shutdown.register(Phase.DRAIN_RUNS, "a fault of a test", () -> {
            throw new OutOfMemoryError("on purpose");
        });
        shutdown.register(Phase.DRAIN_RUNS, "another", LIMIT, limit -> false);
        register(Phase.DRAIN_RUNS);
        register(Phase.RELEASE);
        shutdown.run();
        assertThat(ended).containsExactly("DRAIN_RUNS", "RELEASE");
    }

    @Test
    void aLaterSignalWaitsForTheFirst() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        shutdown.register(Phase.DRAIN_RUNS, "runs", LIMIT, limit -> {
            begun.countDown();
            release.await();
            return true;
        });
        register(Phase.RELEASE);
        Thread first = new Thread(shutdown::run);
        first.start();
        begun.await();
        List<Boolean> seen = new CopyOnWriteArrayList<>();
        Thread second = new Thread(() -> {
            shutdown.run();
            seen.add(ended.contains("RELEASE"));
        });
        second.start();
        while (second.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        release.countDown();
        first.join();
        second.join();
        assertThat(seen).containsExactly(true);
    }

    @Test
    void aParticipantThatSignalsDoesNotWaitForItself() {
        shutdown.register(Phase.DRAIN_RUNS, "runs", shutdown::run);
        register(Phase.RELEASE);
        shutdown.run();
        assertThat(ended).containsExactly("RELEASE");
    }

    @Test
    void anInterruptCutsOneWaitShortAndStaysSet() {
        shutdown.register(Phase.DRAIN_RUNS, "runs", LIMIT, limit -> {
            Thread.currentThread().interrupt();
            new CountDownLatch(1).await();
            return true;
        });
        shutdown.register(Phase.RELEASE, "release", LIMIT, limit -> {
            ended.add("interrupted: " + Thread.currentThread().isInterrupted());
            return true;
        });
        shutdown.run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).containsExactly("interrupted: false");
    }

    @Test
    void aParticipantHasItsLimit() {
        List<Duration> limits = new ArrayList<>();
        shutdown.register(Phase.END_RESPONSES, "responses", LIMIT, limits::add);
        shutdown.run();
        assertThat(limits).containsExactly(LIMIT);
    }
}
