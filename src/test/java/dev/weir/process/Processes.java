package dev.weir.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Shared helpers for tests of processes. */
final class Processes {
    private Processes() {}

    static void await(String what, BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    static boolean lives(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() && !LinuxProcesses.isZombie(pid);
    }

    static void awaitGone(List<Long> pids) {
        await("end of " + pids, () -> pids.stream().noneMatch(Processes::lives));
    }
}
