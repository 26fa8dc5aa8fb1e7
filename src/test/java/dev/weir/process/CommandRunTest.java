package dev.weir.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that end by themselves, or by their time-out. */
@Timeout(60)
class CommandRunTest {
    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private CommandRunner runner;

    @BeforeEach
    void begin() {
        runner = new CommandRunner(threads, timers, 4, folder.resolve("records"), Duration.ofSeconds(5));
    }

    @AfterEach
    void end() {
        runner.close();
        threads.shutdownNow();
        timers.shutdownNow();
    }

    private static class Read implements CommandRun.Outputs {
        @Override
        public void stdout(InputStream output) throws IOException {
            output.readAllBytes();
        }

        @Override
        public void stderr(InputStream output) throws IOException {
            output.readAllBytes();
        }

        @Override
        public void stopped(WeirException why) {}
    }

    private CommandRun start(CommandRun.Outputs outputs, Duration timeout, String... words) {
        Command command = new Command(List.of(words), folder, Map.of());
        return runner.start(new CommandRunner.Owner("x", text -> text), command, outputs, timeout);
    }

    /** A consumer that holds the command all the time, until a number of comparisons. */
    private static final class Held extends Read {
        private final long begun = System.nanoTime();
        private final CountDownLatch comparisons = new CountDownLatch(3);

        @Override
        public long heldNanos() {
            boolean holds = comparisons.getCount() > 0;
            comparisons.countDown();
            return holds ? System.nanoTime() - begun : 0;
        }
    }

    @Test
    void theTimeInWhichTheConsumerHoldsTheCommandDoesNotCount() throws InterruptedException {
        Held held = new Held();
        CommandRun run = start(held, Duration.ofMillis(50), "/bin/sleep", "1000");
        held.comparisons.await();

        assertThatThrownBy(() -> run.status().join())
                .cause()
                .hasMessageEndingWith("takes too long (at most 50 ms, timeout)");
        run.over().join();
    }

    private static long watchdogs() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().arguments().stream()
                        .flatMap(Arrays::stream)
                        .anyMatch("weir-watchdog"::equals))
                .count();
    }

    private static void awaitWatchdogs(long expected) {
        while (watchdogs() != expected) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aCommandThatRunsLongHasAWatchdogUntilItsEnd() {
        CommandRun run = start(new Read(), Duration.ofMinutes(1), "/bin/sleep", "1000");
        run.begun().join();
        awaitWatchdogs(1);
        run.stop(new WeirException(ErrorCode.CANCELLED, "a test"));
        run.over().join();

        awaitWatchdogs(0);
    }

    @Test
    void aCommandThatEndsBeforeItsTimeoutHasItsStatus() {
        assertThat(start(new Read(), Duration.ofMinutes(1), "/bin/sh", "-c", "exit 3")
                        .status()
                        .join())
                .isEqualTo(3);
    }
}
