package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import dev.weir.runtime.Settings;
import dev.weir.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The runs that clients can query by task id: runs at work, and runs that ended within the last hour. At most
 * {@value #MOST_ENDED} ended runs are kept, with at most {@value #KEPT_OUTPUTS} times {@code weir.task.max-output} of outputs
 * and events. The run that ended first is removed first. Thread-safe.
 */
@ApplicationScoped
public class TaskRegistry {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST_ENDED = 1_000;
    private static final int KEPT_OUTPUTS = 4;
    private static final int LONGEST_SHOWN = 80;

    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final Deque<Ended> ended = new ArrayDeque<>();
    private long keptBytes;
    private InstantSource clock;
    private long mostBytes;

    private record Ended(String taskId, Instant at, long bytes) {}

    /** For the container's proxies. */
    protected TaskRegistry() {}

    @Inject
    TaskRegistry(Settings settings) {
        this(settings.tasks().maxOutputBytes(), Clock.systemUTC());
    }

    TaskRegistry(int maxOutputBytes, InstantSource clock) {
        this.mostBytes = (long) KEPT_OUTPUTS * maxOutputBytes;
        this.clock = clock;
    }

    void add(Run run) {
        runs.put(run.taskId(), run);
    }

    /** Records the end of a run that was added. From now on it may be removed. */
    void ended(Run run) {
        long bytes = run.keptBytes();
        synchronized (ended) {
            ended.addLast(new Ended(run.taskId(), clock.instant(), bytes));
            keptBytes += bytes;
        }
        forgetOld();
    }

    private void forgetOld() {
        Instant expired = clock.instant().minus(KEPT);
        synchronized (ended) {
            while (!ended.isEmpty()
                    && (ended.size() > MOST_ENDED
                            || keptBytes > mostBytes
                            || !ended.getFirst().at().isAfter(expired))) {
                Ended oldest = ended.removeFirst();
                keptBytes -= oldest.bytes();
                runs.remove(oldest.taskId());
            }
        }
    }

    /** Returns the run with that task id; empty if there is none or it was removed. */
    public Optional<Run> find(String taskId) {
        forgetOld();
        return Optional.ofNullable(runs.get(taskId));
    }

    /**
     * Returns the run with that task id that the caller has started.
     *
     * @throws WeirException {@link ErrorCode#UNKNOWN_TASK} if there is none, another caller started it, or it was removed
     */
    public Run get(String taskId, Caller caller) {
        return find(taskId)
                .filter(run -> run.owner().equals(caller.name()))
                .orElseThrow(() -> new WeirException(
                        ErrorCode.UNKNOWN_TASK,
                        "no task has the id '" + Excerpt.of(taskId, LONGEST_SHOWN)
                                + "': tasks are kept for one hour after their end"));
    }

    /** Returns the number of runs that have not ended. */
    public long open() {
        return runs.values().stream().filter(run -> !run.state().ended()).count();
    }

    /** Returns the number of runs that have not ended, by the ids of their workflows. */
    public Map<String, Long> openByWorkflow() {
        return runs.values().stream()
                .filter(run -> !run.state().ended())
                .collect(Collectors.groupingBy(run -> run.workflow().id(), Collectors.counting()));
    }

    /** Fails the runs that have not begun. */
    void failPending(WeirException cause) {
        runs.values().stream()
                .filter(run -> run.state() instanceof RunState.Pending)
                .forEach(run -> run.fail(cause));
    }

    /** Fails every run. Waiting runs are failed first, since a freed place would begin them. */
    void failAll(WeirException cause) {
        failPending(cause);
        runs.values().forEach(run -> run.fail(cause));
    }
}
