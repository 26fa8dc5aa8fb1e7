package dev.weir.workflow;

import dev.weir.WeirException;
import dev.weir.binding.Source;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.component.workflow.WorkflowProvider;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.TestSettings;
import dev.weir.security.Access;
import dev.weir.stream.FaultyExecutor;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.telemetry.Instruments;
import dev.weir.workflow.admission.Admission;
import dev.weir.workflow.admission.Drain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A runner with components that all behave as a test defines. */
public record RunnerFixture(
        Runs runs, Workflows workflows, TaskRegistry tasks, HandTimers timers, Pools pools, Instruments instruments) {
    /** The size limit of one output. */
    static final int MAX_OUTPUT_BYTES = 1_000;

    /** The number of chunks that a run produces ahead of its client. */
    public static final int CAPACITY = 4;

    /** The most workflows that the components of one run call. */
    static final int MAX_CALLS = 20;

    private static final String COMPONENT =
            "component:\n  id: a\n  type: http-client\n  endpoint: http://127.0.0.1:9\n";

    /** The output of a component. */
    @FunctionalInterface
    public interface Behaviour {
        Output output() throws InterruptedException;
    }

    /** Admits a run of a caller without limits and with access to every workflow. */
    public Run admit(@Nullable String workflowId, @Nullable Object input) {
        return runs.admit(workflowId, input, Access.open(), () -> {});
    }

    /** Starts a run, and waits for its output. */
    public RunOutput drive(Run run) throws InterruptedException {
        return drive(runs, run);
    }

    /** Starts a run of {@code runs}, and waits for its output. */
    static RunOutput drive(Runs runs, Run run) throws InterruptedException {
        CompletableFuture<RunOutput> told = told(runs, run);
        try {
            return told.get();
        } catch (ExecutionException e) {
            throw (WeirException) e.getCause();
        }
    }

    /** Starts a run; completed with the output or failure that its listener receives. */
    public CompletableFuture<RunOutput> told(Run run) {
        return told(runs, run);
    }

    private static CompletableFuture<RunOutput> told(Runs runs, Run run) {
        CompletableFuture<RunOutput> told = new CompletableFuture<>();
        runs.start(run, new RunListener() {
            @Override
            public void onBegin() {}

            @Override
            public void onOutput(RunOutput output) {
                if (!told.complete(output)) {
                    throw new AssertionError("told twice");
                }
            }

            @Override
            public void onFailure(WeirException failure) {
                if (!told.completeExceptionally(failure)) {
                    throw new AssertionError("told twice");
                }
            }
        });
        return told;
    }

    /** Starts a run without a listening client, and waits for its end. */
    public void driveToEnd(Run run) {
        runs.startInBackground(run);
        while (!run.state().ended()) {
            Thread.onSpinWait();
        }
    }

    /** A place without a limit of places. */
    public static Admission.Ticket place() {
        return new Admission(1, 0, Duration.ZERO, new Timers(new HandTimers())).enter(0);
    }

    /** A runner of one workflow with one job and that {@code output}; empty for none. */
    public static RunnerFixture ofOneJob(Behaviour behaviour, String workflowOutput) {
        String output = workflowOutput.isEmpty() ? "" : "  output: " + workflowOutput + "\n";
        return of(behaviour, "workflow:\n  component: a\n" + output + COMPONENT);
    }

    /** A runner of that configuration, which must be valid. */
    public static RunnerFixture of(Behaviour behaviour, String yaml) {
        return of(behaviour, yaml, 0);
    }

    /** A runner whose component gives an output for the {@code call} in its input. */
    public static RunnerFixture echoing(Function<String, Output> behaviour, String yaml) {
        return answering(
                invocation -> Given.now(() -> behaviour.apply(String.valueOf(
                        ((Map<?, ?>) Objects.requireNonNull(invocation.scope().value(Source.INPUT, null)))
                                .get("call")))),
                yaml);
    }

    /** A runner whose component answers each call as a test defines. */
    public static RunnerFixture answering(Function<Invocation, CompletableFuture<Output>> calls, String yaml) {
        return answering(calls, yaml, MAX_OUTPUT_BYTES);
    }

    /** A runner whose component answers each call as a test defines, with another size limit of one output. */
    public static RunnerFixture answering(
            Function<Invocation, CompletableFuture<Output>> calls, String yaml, int maxOutputBytes) {
        HandTimers timers = new HandTimers();
        return of(id -> new FakeComponent(id, calls), yaml, settings(0, maxOutputBytes), timers, new FewPools(timers));
    }

    /** A runner in which {@code maxWaitingRuns} runs may wait for a place, for a minute. */
    public static RunnerFixture of(Behaviour behaviour, String yaml, int maxWaitingRuns) {
        HandTimers timers = new HandTimers();
        return of(behaviour, yaml, maxWaitingRuns, timers, new FewPools(timers));
    }

    /** A runner with the tasks and timers of {@code threads}. */
    static RunnerFixture onThreads(Behaviour behaviour, String yaml, FaultyExecutor threads) {
        return of(behaviour, yaml, 0, new HandTimers(), new Pools() {
            @Override
            public ScheduledExecutorService timers() {
                return threads.timers();
            }

            @Override
            public Tasks tasks() {
                return new Tasks(threads);
            }
        });
    }

    private static RunnerFixture of(
            Behaviour behaviour, String yaml, int maxWaitingRuns, HandTimers timers, Pools pools) {
        return of(
                id -> new FakeComponent(id, invocation -> Given.now(behaviour::output)),
                yaml,
                settings(maxWaitingRuns, MAX_OUTPUT_BYTES),
                timers,
                pools);
    }

    private static RunnerFixture of(
            Function<String, Component> components, String yaml, Settings settings, HandTimers timers, Pools pools) {
        TaskRegistry tasks = new TaskRegistry(settings.tasks().maxOutputBytes(), Clock.systemUTC());
        Workflows workflows = new Workflows(
                List.of(new FakeProvider(components), new FakeModelProvider(components), new WorkflowProvider()),
                tasks,
                new Drain(Optional.empty()));
        try {
            Path file = Files.createTempFile("model-compose", ".yml");
            Files.writeString(file, yaml);
            workflows.load(List.of(file));
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Instruments instruments = Instruments.on();
        Runs runs = new Runs(workflows, tasks, pools, settings, instruments);
        return new RunnerFixture(runs, workflows, tasks, timers, pools, instruments);
    }

    /** Workflows with components of these kinds, without a served configuration. */
    public static Workflows of(List<ComponentProvider<?>> providers) {
        return new Workflows(
                providers, new TaskRegistry(MAX_OUTPUT_BYTES, Clock.systemUTC()), new Drain(Optional.empty()));
    }

    /** A runner of the configuration in a file, with components of these kinds. */
    public static RunnerFixture serving(
            Path file, List<ComponentProvider<?>> providers, Pools pools, Settings settings) {
        TaskRegistry tasks = new TaskRegistry(settings.tasks().maxOutputBytes(), Clock.systemUTC());
        Workflows workflows = new Workflows(providers, tasks, new Drain(Optional.empty()));
        workflows.load(List.of(file));
        Instruments instruments = Instruments.on();
        Runs runs = new Runs(workflows, tasks, pools, settings, instruments);
        return new RunnerFixture(runs, workflows, tasks, new HandTimers(), pools, instruments);
    }

    /** Pools with only the threads that a run of a single job needs. */
    private static final class FewPools extends Pools {
        private final HandTimers timers;
        private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "tasks");
            thread.setDaemon(true);
            return thread;
        });

        FewPools(HandTimers timers) {
            this.timers = timers;
        }

        @Override
        public HandTimers timers() {
            return timers;
        }

        @Override
        public Tasks tasks() {
            return new Tasks(threads);
        }

        @Override
        public Tasks writers() {
            return new Tasks(threads);
        }
    }

    private static Settings settings(int maxWaitingRuns, int maxOutputBytes) {
        return TestSettings.of(Map.of(
                "weir.runs.queue",
                Integer.toString(maxWaitingRuns),
                "weir.runs.max",
                "1000000",
                "weir.runs.max-calls",
                Integer.toString(MAX_CALLS),
                "weir.task.max-output",
                Integer.toString(maxOutputBytes),
                "weir.stream.capacity",
                Integer.toString(CAPACITY),
                "weir.task.replay",
                "8",
                "weir.task.replay-bytes",
                "10000"));
    }

    private record FakeComponent(String id, Function<Invocation, CompletableFuture<Output>> calls)
            implements Component {
        @Override
        public Readiness readiness() {
            return new Readiness.Ready();
        }

        @Override
        public CompletableFuture<Output> call(Invocation invocation) {
            return calls.apply(invocation);
        }

        @Override
        public void close() {}
    }
}
