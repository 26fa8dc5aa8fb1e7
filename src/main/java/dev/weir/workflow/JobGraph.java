package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.EnvironmentVariables;
import dev.weir.binding.Source;
import dev.weir.component.ComponentRegistry;
import dev.weir.component.Output;
import dev.weir.config.JobConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One walk through the jobs of one run. A job starts when all it depends on has ended; a failing job cancels the others.
 *
 * <p>The calling thread leads: it alone holds the state here, runs a job itself when that is the only one to run, and hands
 * jobs that stand side by side to a pool, whose threads only put outcomes into a queue.
 */
final class JobGraph {
    private final List<JobConfig> jobs;
    private final Map<String, JobConfig> byId = new HashMap<>();
    private final Run run;
    private final EnvironmentVariables environment;
    private final ComponentRegistry components;
    private final ExecutorService pool;
    private final int maxCollectedBytes;
    private final Set<String> dependedOn = new HashSet<>();
    private final Set<String> started = new HashSet<>();
    private final Map<String, Outcome> ended = new LinkedHashMap<>();
    private final BlockingQueue<Ended> news = new LinkedBlockingQueue<>();
    private Bindings scope;
    private @Nullable WeirException failure;

    private record Ended(JobConfig job, Outcome outcome) {}

    /**
     * The graph of {@code run}'s workflow, nothing started.
     *
     * @param input what {@code input} stands for in the jobs' templates
     * @param maxCollectedBytes the largest stream that is collected for other jobs
     */
    JobGraph(
            Run run,
            @Nullable Object input,
            EnvironmentVariables environment,
            ComponentRegistry components,
            ExecutorService pool,
            int maxCollectedBytes) {
        this.jobs = run.workflow().jobs();
        this.run = run;
        this.environment = environment;
        this.scope = Bindings.empty().withEnvironment(environment).with(Source.INPUT, input);
        this.components = components;
        this.pool = pool;
        this.maxCollectedBytes = maxCollectedBytes;
        for (JobConfig job : jobs) {
            byId.put(job.id(), job);
            dependedOn.addAll(job.dependsOn());
        }
    }

    /**
     * Runs the jobs and gives the output of the last: the terminal job's; of several the mappings merged, otherwise the one
     * that ended last.
     *
     * @throws WeirException the first job's that failed; everything else has then been let go
     */
    Output run() throws InterruptedException {
        startReady();
        while (ended.size() < started.size()) {
            Ended next = news.take();
            end(next.job(), next.outcome());
            if (failure == null) {
                startReady();
            }
        }
        if (failure != null) {
            closeStreams();
            throw failure;
        }
        return lastOutput();
    }

    /** The outputs of all jobs that have ended, for templates that follow. */
    Bindings scope() {
        return scope;
    }

    private void startReady() {
        List<JobConfig> ready = jobs.stream()
                .filter(job -> !started.contains(job.id()) && ended.keySet().containsAll(job.dependsOn()))
                .toList();
        boolean alone = ready.size() == 1 && ended.size() == started.size();
        ready.forEach(job -> started.add(job.id()));
        for (JobConfig job : ready) {
            if (!reached(job)) {
                news.add(new Ended(job, new Outcome.Skipped()));
            } else if (alone) {
                news.add(new Ended(job, execution(job).outcome()));
            } else {
                submit(job);
            }
        }
    }

    /** True if a job that it depends on leads to it; a job that depends on none is always reached. */
    private boolean reached(JobConfig job) {
        if (job.dependsOn().isEmpty()) {
            return true;
        }
        boolean target = false;
        boolean follows = false;
        for (String id : job.dependsOn()) {
            boolean routes = byId.get(id).targets().contains(job.id());
            target |= routes;
            if (ended.get(id) instanceof Outcome.Routed routed && routes) {
                if (job.id().equals(routed.jobId())) {
                    return true;
                }
            } else {
                follows |= !(ended.get(id) instanceof Outcome.Skipped);
            }
        }
        return follows && !target;
    }

    private void submit(JobConfig job) {
        JobExecution execution = execution(job);
        try {
            pool.execute(() -> news.add(new Ended(job, execution.outcome())));
        } catch (RejectedExecutionException e) {
            String detail = "job " + job.id() + " found no free thread (weir.runs.max)";
            news.add(new Ended(job, new Outcome.Failed(new WeirException(ErrorCode.TOO_MANY_RUNS, detail, e))));
        } catch (RuntimeException | Error e) {
            news.add(new Ended(job, new Outcome.Failed(WeirException.of(e))));
        }
    }

    private JobExecution execution(JobConfig job) {
        Collected collected = new Collected(maxCollectedBytes);
        return new JobExecution(job, run, scope, environment, components, dependedOn.contains(job.id()), collected);
    }

    private void end(JobConfig job, Outcome outcome) {
        ended.put(job.id(), outcome);
        if (outcome instanceof Outcome.Failed failed) {
            if (failure == null) {
                failure = failed.cause();
                run.fail(failed.cause());
            }
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

    private Output lastOutput() {
        Map<String, Output> terminal = new LinkedHashMap<>();
        ended.forEach((id, outcome) -> {
            if (outcome instanceof Outcome.Done done && !dependedOn.contains(id)) {
                terminal.put(id, done.output());
            }
        });
        if (terminal.isEmpty()) {
            throw new WeirException(ErrorCode.INVALID_INPUT, nothingRan());
        }
        List<String> streaming = terminal.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Output.Streamed)
                .map(Map.Entry::getKey)
                .toList();
        if (streaming.size() > 1) {
            closeStreams();
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "only one job of a run may stream to the client, but these did: " + String.join(", ", streaming));
        }
        return streaming.isEmpty() ? merged(List.copyOf(terminal.values())) : terminal.get(streaming.get(0));
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
