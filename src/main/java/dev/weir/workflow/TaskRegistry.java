package dev.weir.workflow;

import dev.weir.WeirException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The runs that clients may ask for, by task id: those at work, and those that ended within the last hour, at most
 * {@value #MOST_ENDED} of these; what is older goes when a run comes. Ids sort by time, so the oldest go first.
 * Thread-safe.
 */
@ApplicationScoped
public class TaskRegistry {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST_ENDED = 1_000;

    private final ConcurrentSkipListMap<String, Run> runs = new ConcurrentSkipListMap<>();

    void add(Run run) {
        forgetOld(Instant.now());
        runs.put(run.taskId(), run);
    }

    private void forgetOld(Instant now) {
        int tooMany = runs.size() - MOST_ENDED;
        Iterator<Map.Entry<String, Run>> oldestFirst = runs.entrySet().iterator();
        while (oldestFirst.hasNext()) {
            Run run = oldestFirst.next().getValue();
            Instant ended = run.ended();
            if (ended == null) {
                continue;
            }
            if (tooMany <= 0 && ended.plus(KEPT).isAfter(now)) {
                return;
            }
            oldestFirst.remove();
            tooMany--;
        }
    }

    /** The run with that task id, unless it is forgotten. */
    public Optional<Run> find(String taskId) {
        return Optional.ofNullable(runs.get(taskId));
    }

    /** How many runs have not ended. */
    public long open() {
        return runs.values().stream().filter(run -> !run.state().ended()).count();
    }

    /** Ends every run that is at work. */
    void failAll(WeirException cause) {
        runs.values().forEach(run -> run.fail(cause));
    }
}
