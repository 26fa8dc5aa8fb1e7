package dev.weir.process;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A process and everything it started, also what it has left behind: whoever was seen as a descendant once, and, on Linux,
 * whoever bears the tree's tag in its environment. Thread-safe.
 */
final class ProcessTree {
    /** The variable that descendants inherit. */
    static final String TAG = "WEIR_PROCESS";

    private static final long LOOK_AGAIN_NANOS = 50_000_000;
    /** What is killed is gone at once, unless the kernel holds it. */
    private static final Duration AFTER_KILL = Duration.ofSeconds(2);

    private final Set<ProcessHandle> members = new LinkedHashSet<>();
    private final String tag;

    /** @param tag the value of {@link #TAG} in the environment of {@code roots} */
    ProcessTree(Collection<ProcessHandle> roots, String tag) {
        this.members.addAll(roots);
        this.tag = tag;
    }

    /** Those that live, parents before their children. */
    synchronized List<ProcessHandle> look() {
        for (ProcessHandle member : List.copyOf(members)) {
            member.descendants().forEach(members::add);
        }
        members.addAll(LinuxProcesses.with(TAG + "=" + tag));
        members.removeIf(member -> !lives(member));
        return List.copyOf(members);
    }

    private static boolean lives(ProcessHandle process) {
        return process.isAlive() && !LinuxProcesses.isZombie(process.pid());
    }

    /**
     * Asks all to end (SIGTERM), and kills what lives on (SIGKILL). Blocks until nothing of the tree lives, at most for the
     * grace and a moment. An interrupt cuts the grace short and stays set.
     *
     * @return false if something could not be killed
     */
    boolean end(Duration grace) {
        Set<ProcessHandle> asked = new LinkedHashSet<>();
        long deadline = System.nanoTime() + grace.toNanos();
        List<ProcessHandle> living = look();
        while (!living.isEmpty()
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            living.stream().filter(asked::add).forEach(ProcessHandle::destroy);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            living = look();
        }
        return living.isEmpty() || killed();
    }

    private boolean killed() {
        long deadline = System.nanoTime() + AFTER_KILL.toNanos();
        List<ProcessHandle> living = look();
        while (!living.isEmpty() && System.nanoTime() < deadline) {
            living.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            living = look();
        }
        return living.isEmpty();
    }
}
