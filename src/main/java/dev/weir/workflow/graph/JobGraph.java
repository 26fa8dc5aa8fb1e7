package dev.weir.workflow.graph;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.component.Output;
import dev.weir.config.Dependencies;
import dev.weir.config.JobConfig;
import dev.weir.config.StreamLinks;
import dev.weir.stream.Cancellation;
import dev.weir.stream.SerialAction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The execution of the jobs of one run. A job starts when its dependencies have ended, and one job of each group; the other
 * jobs of a group go on, and the run ends after them. A failed job cancels the others.
 *
 * <p>Jobs put their outcomes into a queue. One task at a time takes them out and starts the next jobs; only this task changes
 * the state. A single ready job runs in this task; several ready jobs run in a task each.
 */
public final class JobGraph {
    private final List<JobConfig> jobs;
    private final Map<String, JobConfig> byId = new HashMap<>();
    private final Owner run;
    private final RunContext context;
    private final BiConsumer<@Nullable Result, @Nullable WeirException> onEnd;
    private final StreamLinks links;
    private final Set<String> dependedOn = new HashSet<>();
    private final Set<String> started = new HashSet<>();
    private final Map<String, Outcome> ended = new LinkedHashMap<>();
    private final Queue<Ended> outcomes = new ConcurrentLinkedQueue<>();
    private final SerialAction turn = new SerialAction(this::advance);
    private volatile Bindings scope;
    private boolean begun;
    private boolean finished;
    private @Nullable WeirException failure;

    private record Ended(JobConfig job, Outcome outcome) {}

    /**
     * The output of a run's jobs.
     *
     * @param jobId the terminal job that gave it; of several, the one that ended last
     */
    public record Result(Output output, String jobId) {}

    /** The run that the jobs belong to. */
    public interface Owner {
        /** The signal that cancels the run. */
        Cancellation cancellation();

        /** Ends the run with the failure of a job, unless it has ended. */
        void fail(WeirException cause);
    }

    /**
     * Creates a graph without started jobs.
     *
     * @param jobs the jobs of the run's workflow
     * @param links the jobs that read another job's output as a stream
     * @param input the value of {@code input} in the jobs' templates; may be null
     * @param onEnd called once, in a task, when every started job has ended. It receives the output of the terminal
     *     job. Of several terminal jobs, mappings are merged; otherwise the output of the job that ended last is given. After
     *     a failure it receives the failure of the first failed job, and all streams are closed.
     */
    public JobGraph(
            Owner run,
            List<JobConfig> jobs,
            StreamLinks links,
            @Nullable Object input,
            RunContext context,
            BiConsumer<@Nullable Result, @Nullable WeirException> onEnd) {
        this.jobs = jobs;
        this.links = links;
        this.run = run;
        this.context = context;
        this.onEnd = onEnd;
        this.scope = Bindings.empty()
                .withEnvironment(context.environment())
                .with(Source.CONTEXT, context.identity().ofRun())
                .with(Source.INPUT, input);
        for (JobConfig job : jobs) {
            byId.put(job.id(), job);
            dependedOn.addAll(job.dependsOn());
        }
    }

    /** Starts the first jobs in the calling task. */
    public void start() {
        turn.signal();
    }

    private void advance() {
        try {
            if (!begun) {
                begun = true;
                startReady();
            }
            for (Ended next = outcomes.poll(); next != null; next = outcomes.poll()) {
                end(next.job(), next.outcome());
                if (failure == null) {
                    startReady();
                }
            }
        } catch (RuntimeException | Error e) {
            // Started jobs still end, and the graph waits for them.
            fail(WeirException.of(e));
        }
        if (ended.size() == started.size() && outcomes.isEmpty() && !finished) {
            finished = true;
            finish();
        }
    }

    private void finish() {
        Result result = null;
        if (failure == null) {
            try {
                result = lastOutput();
            } catch (RuntimeException | Error e) {
                failure = WeirException.of(e);
            }
        }
        if (failure != null) {
            closeStreams();
        }
        onEnd.accept(result, failure);
    }

    private void fail(WeirException cause) {
        if (failure == null) {
            failure = cause;
            run.fail(cause);
        }
    }

    /** Returns the scope with the outputs of all ended jobs, for later templates. */
    public Bindings scope() {
        return scope;
    }

    private void startReady() {
        List<JobConfig> ready = jobs.stream()
                .filter(job -> !started.contains(job.id()) && isReady(job.dependencies()))
                .toList();
        boolean alone = ready.size() == 1 && ended.size() == started.size();
        ready.forEach(job -> started.add(job.id()));
        for (JobConfig job : ready) {
            try {
                start(job, alone);
            } catch (RuntimeException | Error e) {
                outcomes.add(new Ended(job, new Outcome.Failed(WeirException.of(e))));
            }
        }
    }

    /** True if all certain jobs have ended, and of each group one that was not skipped or all. */
    private boolean isReady(Dependencies dependencies) {
        return ended.keySet().containsAll(dependencies.certain())
                && dependencies.groups().stream()
                        .allMatch(group -> group.stream().anyMatch(this::hasRun)
                                || ended.keySet().containsAll(group));
    }

    private boolean hasRun(String id) {
        Outcome outcome = ended.get(id);
        return outcome != null && !(outcome instanceof Outcome.Skipped);
    }

    private void start(JobConfig job, boolean alone) {
        if (!reached(job)) {
            Feed unread = feed(job);
            if (unread != null) {
                unread.chunks().close();
            }
            outcomes.add(new Ended(job, new Outcome.Skipped()));
            return;
        }
        JobExecution execution = execution(job);
        if (alone) {
            execution.start();
        } else {
            context.tasks().execute(execution::start, execution::refuse);
        }
    }

    /** True if a dependency leads to the job. A job without dependencies is always reached. */
    private boolean reached(JobConfig job) {
        if (job.dependsOn().isEmpty()) {
            return true;
        }
        boolean target = false;
        boolean follows = false;
        for (String id : job.dependsOn()) {
            boolean routes = Objects.requireNonNull(byId.get(id), "each dependency is a job")
                    .targets()
                    .contains(job.id());
            target |= routes;
            if (ended.get(id) instanceof Outcome.Routed routed && routes) {
                if (job.id().equals(routed.jobId())) {
                    return true;
                }
            } else {
                follows |= hasRun(id);
            }
        }
        return follows && !target;
    }

    private JobExecution execution(JobConfig job) {
        boolean needed = dependedOn.contains(job.id()) && !links.isRead(job.id());
        return new JobExecution(
                job, run.cancellation(), scope, context, needed, feed(job), outcome -> ended(job, outcome));
    }

    /** Returns the stream that a job reads as it comes; null if there is none. */
    private @Nullable Feed feed(JobConfig job) {
        String producer = links.producerOf().get(job.id());
        return producer != null
                        && ended.get(producer) instanceof Outcome.Done done
                        && done.output() instanceof Output.Streamed streamed
                ? new Feed(producer, streamed.chunks())
                : null;
    }

    private void ended(JobConfig job, Outcome outcome) {
        outcomes.add(new Ended(job, outcome));
        turn.signal();
    }

    private void end(JobConfig job, Outcome outcome) {
        ended.put(job.id(), outcome);
        if (outcome instanceof Outcome.Failed failed) {
            fail(failed.cause());
        } else if (outcome instanceof Outcome.Done done && done.output() instanceof Output.Value value) {
            scope = scope.withJob(job.id(), value.value());
        }
    }

    private void closeStreams() {
        for (Outcome outcome : ended.values()) {
            if (outcome instanceof Outcome.Done done && done.output() instanceof Output.Streamed streamed) {
                streamed.chunks().close();
            }
        }
    }

    private Result lastOutput() {
        Map<String, Output> terminal = new LinkedHashMap<>();
        ended.forEach((id, outcome) -> {
            if (outcome instanceof Outcome.Done done && !dependedOn.contains(id)) {
                terminal.put(id, done.output());
            }
        });
        if (terminal.isEmpty()) {
            throw new WeirException(ErrorCode.INVALID_INPUT, nothingRan());
        }
        List<Map.Entry<String, Output>> streaming = terminal.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Output.Streamed)
                .toList();
        if (streaming.size() > 1) {
            closeStreams();
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "only one job of a run may stream to the client, but these did: "
                            + streaming.stream().map(Map.Entry::getKey).collect(Collectors.joining(", ")));
        }
        if (streaming.size() == 1) {
            return new Result(streaming.get(0).getValue(), streaming.get(0).getKey());
        }
        List<String> ids = List.copyOf(terminal.keySet());
        return new Result(merged(List.copyOf(terminal.values())), ids.get(ids.size() - 1));
    }

    private static Output merged(List<Output> outputs) {
        if (outputs.size() == 1) {
            return outputs.get(0);
        }
        Map<Object, @Nullable Object> merged = new LinkedHashMap<>();
        for (Output output : outputs) {
            if (!(output instanceof Output.Value value && value.value() instanceof Map<?, ?> map)) {
                return outputs.get(outputs.size() - 1);
            }
            merged.putAll(map);
        }
        return new Output.Value(merged);
    }

    private String nothingRan() {
        List<String> reasons = new ArrayList<>();
        for (JobConfig job : jobs) {
            Outcome outcome = ended.get(job.id());
            if (job.condition() != null && outcome instanceof Outcome.Skipped) {
                reasons.add(job.id() + " was skipped, its condition " + job.condition() + " is false");
            } else if (outcome instanceof Outcome.Routed routed && routed.jobId() == null) {
                reasons.add(job.id() + " chose no job");
            }
        }
        return "no job gave an output: " + String.join("; ", reasons);
    }
}
