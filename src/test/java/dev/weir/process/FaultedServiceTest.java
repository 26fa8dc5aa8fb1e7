package dev.weir.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.FreePort;
import dev.weir.stream.FaultyExecutor;
import dev.weir.stream.FaultyExecutor.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * If any hand-over to a thread or a timer fails, the service still starts or reports the reason, and stops with all its
 * processes.
 */
@Tag("slow")
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class FaultedServiceTest {
    private static final int MOST_HAND_OVERS = 30;

    @TempDir
    Path folder;

    private final FaultyExecutor threads = new FaultyExecutor();

    @AfterEach
    void stop() {
        threads.close();
    }

    private Command sh(String script) {
        return new Command(List.of("/bin/sh", "-c", script), folder, Map.of("PATH", System.getenv("PATH")));
    }

    private long records() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("records"))) {
            return files.count();
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachRefusalIsToldOrOvercomeAndNothingLivesAfterTheStop(Fault fault) throws Exception {
        boolean happened = true;
        for (int n = 1; happened; n++) {
            assertThat(n).as("hand-overs of one service").isLessThan(MOST_HAND_OVERS);
            threads.failAt(n, fault);
            Supervisor supervisor = new Supervisor(
                    threads, threads.timers(), folder.resolve("records"), Duration.ofMillis(400), System::nanoTime);
            Service service = new Service(
                    "echo",
                    FreePort.find(),
                    List.of(sh("true")),
                    List.of(sh("sleep 600")),
                    List.of(),
                    new Service.Health(true, Duration.ofHours(1), 3, Duration.ZERO, Duration.ofSeconds(100)));
            ManagedProcess process = supervisor.start(service, Optional::empty, text -> text);
            await("hand-over " + n, process);
            supervisor.close();
            assertThat(process.stopped()).as("hand-over " + n).isCompleted();
            assertThat(records()).as("records after hand-over " + n).isZero();
            happened = threads.happened();
        }
    }

    private static void await(String what, ManagedProcess process) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (process.state() instanceof ServiceState.Starting) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
