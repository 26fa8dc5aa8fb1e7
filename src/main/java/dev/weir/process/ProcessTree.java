package dev.weir.process;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A process and all its descendants, orphans included: each process that was once seen as a descendant, and, on Linux, each
 * process with the tree's tag in its environment. Thread-safe.
 *
 * <p>Each {@link #refresh} reads all processes of the machine once.
 */
final class ProcessTree {
    /** The variable that descendants inherit. */
    static final String TAG = "WEIR_PROCESS";

    private static final long LOOK_AGAIN_NANOS = 50_000_000;
    /** The wait after SIGKILL: a killed process ends at once, unless the kernel holds it. */
    private static final Duration AFTER_KILL = Duration.ofSeconds(2);

    private final Set<ProcessHandle> members = new LinkedHashSet<>();
    private final String tag;
    /** The start of the tree's first process in ticks since the boot: an older process is no descendant. 0 if it is not known. */
    private final long firstTicks;
    /** Processes that were read and have another tag or none. */
    private final Set<LinuxProcesses.Entry> foreign = new HashSet<>();
    /** Members that received SIGTERM. None is sent twice: some programs treat a second one as an order to end at once. */
    private final Set<ProcessHandle> asked = new HashSet<>();
    /** The time of the SIGKILL, by {@link System#nanoTime}; null before the first SIGTERM. */
    private @Nullable Long deadline;

    /**
     * Creates a tree of {@code roots}.
     *
     * @param tag the value of {@link #TAG} in the environment of {@code roots}
     */
    ProcessTree(Collection<ProcessHandle> roots, String tag) {
        this(roots, tag, 0);
    }

    private ProcessTree(Collection<ProcessHandle> roots, String tag, long firstTicks) {
        this.members.addAll(roots);
        this.tag = tag;
        this.firstTicks = firstTicks;
    }

    /** Returns the tree of a process that has just started, and is the first with the tag. */
    static ProcessTree of(ProcessHandle root, String tag) {
        return new ProcessTree(
                List.of(root), tag, LinuxProcesses.startTicks(root.pid()).orElse(0));
    }

    /** Returns the living members, parents before their children. */
    synchronized List<ProcessHandle> refresh() {
        members.removeIf(member -> !member.isAlive());
        if (LinuxProcesses.areKnown()) {
            lookAt(LinuxProcesses.all());
        } else {
            for (ProcessHandle member : List.copyOf(members)) {
                member.descendants().forEach(members::add);
            }
        }
        return List.copyOf(members);
    }

    private void lookAt(List<LinuxProcesses.Entry> all) {
        Map<Long, List<Long>> children = new HashMap<>();
        Set<Long> zombies = new HashSet<>();
        for (LinuxProcesses.Entry process : all) {
            children.computeIfAbsent(process.parent(), parent -> new ArrayList<>())
                    .add(process.pid());
            if (process.isZombie()) {
                zombies.add(process.pid());
            }
        }
        Set<Long> known = new HashSet<>();
        Deque<Long> parents = new ArrayDeque<>();
        members.forEach(member -> parents.add(member.pid()));
        all.stream().filter(this::isTagged).forEach(process -> parents.add(process.pid()));
        while (!parents.isEmpty()) {
            long pid = parents.remove();
            if (known.add(pid)) {
                ProcessHandle.of(pid).ifPresent(members::add);
                parents.addAll(children.getOrDefault(pid, List.of()));
            }
        }
        members.removeIf(member -> zombies.contains(member.pid()) || !member.isAlive());
        foreign.retainAll(new HashSet<>(all));
    }

    /**
     * True if the process has the tree's tag. During an exec the environment reads empty; such a process is read again later.
     */
    private boolean isTagged(LinuxProcesses.Entry process) {
        if (process.startTicks() < firstTicks || foreign.contains(process)) {
            return false;
        }
        String environment = LinuxProcesses.environment(process.pid());
        boolean tagged = environment.contains(TAG + "=" + tag);
        if (!tagged && !environment.isEmpty()) {
            foreign.add(process);
        }
        return tagged;
    }

    /**
     * Sends SIGTERM to all living members. {@link #end} kills the others when {@code grace} has passed since the first
     * SIGTERM.
     */
    void terminate(Duration grace) {
        deadline(grace);
        terminate(refresh());
    }

    private synchronized void terminate(List<ProcessHandle> living) {
        living.stream().filter(asked::add).forEach(ProcessHandle::destroy);
    }

    /**
     * Sends SIGTERM to all members, and SIGKILL when {@code grace} has passed since the first SIGTERM. Blocks until no member
     * lives, at most for the grace period and 2 s. An interrupt ends the grace period and stays set.
     *
     * @return false if a process could not be killed
     */
    boolean end(Duration grace) {
        long end = deadline(grace);
        List<ProcessHandle> living = refresh();
        while (!living.isEmpty()
                && System.nanoTime() - end < 0
                && !Thread.currentThread().isInterrupted()) {
            terminate(living);
            LockSupport.parkNanos(Math.min(LOOK_AGAIN_NANOS, Math.max(1, end - System.nanoTime())));
            living = refresh();
        }
        return living.isEmpty() || killed();
    }

    private synchronized long deadline(Duration grace) {
        if (deadline == null) {
            deadline = System.nanoTime() + grace.toNanos();
        }
        return deadline;
    }

    private boolean killed() {
        // A set interrupt status would make every wait return at once.
        boolean interrupted = Thread.interrupted();
        long end = System.nanoTime() + AFTER_KILL.toNanos();
        List<ProcessHandle> living = refresh();
        do {
            living.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            interrupted |= Thread.interrupted();
            living = refresh();
        } while (!living.isEmpty() && System.nanoTime() - end < 0);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return living.isEmpty();
    }
}
