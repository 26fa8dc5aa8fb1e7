package dev.weir.workflow;

import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.Given;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A runner whose components all do what a test says. */
public record RunnerFixture(
        WorkflowRunner runner, Workflows workflows, TaskRegistry tasks, HandTimers timers, Pools pools) {
    /** What one output may take. */
    static final int MAX_OUTPUT_BYTES = 1_000;

    /** How far a run goes ahead of its client. */
    static final int CAPACITY = 4;

    private static final String COMPONENT =
            "component:\n  id: a\n  type: http-client\n  endpoint: http://127.0.0.1:9\n";

    /** What a component gives. */
    @FunctionalInterface
    public interface Behaviour {
        Output output() throws InterruptedException;
    }

    /** Makes a run for whoever may run anything, without limits. */
    public Run admit(@Nullable String workflowId, @Nullable Object input) {
        return runner.admit(workflowId, input, Access.open());
    }

    /** A place among as many as one likes. */
    static Admission.Ticket place() {
        return new Admission(0, Duration.ZERO, new HandTimers()).enter(0);
    }

    /** A runner of one workflow of one job with that {@code output}; empty for none. */
    public static RunnerFixture ofOneJob(Behaviour behaviour, String workflowOutput) {
        String output = workflowOutput.isEmpty() ? "" : "  output: " + workflowOutput + "\n";
        return of(behaviour, "workflow:\n  component: a\n" + output + COMPONENT);
    }

    /** A runner of that configuration, which must be right. */
    public static RunnerFixture of(Behaviour behaviour, String yaml) {
        return of(behaviour, yaml, 0);
    }

    /** A runner where so many runs may wait for a place, for a minute. */
    public static RunnerFixture of(Behaviour behaviour, String yaml, int maxWaitingRuns) {
        TaskRegistry tasks = new TaskRegistry(MAX_OUTPUT_BYTES, Clock.systemUTC());
        Workflows workflows = new Workflows(
                List.<ComponentProvider<?>>of(new FakeProvider(id -> new FakeComponent(id, behaviour))),
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
        HandTimers timers = new HandTimers();
        Pools pools = new FewPools(timers);
        WorkflowRunner runner = new WorkflowRunner(workflows, tasks, pools, new FakeSettings(maxWaitingRuns));
        return new RunnerFixture(runner, workflows, tasks, timers, pools);
    }

    /** A runner of the configuration in a file, with components of these kinds. */
    public static RunnerFixture serving(
            Path file, List<ComponentProvider<?>> providers, Pools pools, Settings settings) {
        TaskRegistry tasks = new TaskRegistry(settings.maxOutputBytes(), Clock.systemUTC());
        Workflows workflows = new Workflows(providers, tasks, new Drain(Optional.empty()));
        workflows.load(List.of(file));
        WorkflowRunner runner = new WorkflowRunner(workflows, tasks, pools, settings);
        return new RunnerFixture(runner, workflows, tasks, new HandTimers(), pools);
    }

    /** A run of a single job needs no other. */
    private static final class FewPools extends Pools {
        private final HandTimers timers;
        private final ExecutorService events = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "events");
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
        public ExecutorService events() {
            return events;
        }

        @Override
        public Executor writers() {
            return events;
        }
    }

    private static final class FakeSettings extends Settings {
        private final int maxWaitingRuns;

        FakeSettings(int maxWaitingRuns) {
            this.maxWaitingRuns = maxWaitingRuns;
        }

        @Override
        public int maxWaitingRuns() {
            return maxWaitingRuns;
        }

        @Override
        public int maxOutputBytes() {
            return MAX_OUTPUT_BYTES;
        }

        @Override
        public int streamCapacity() {
            return CAPACITY;
        }

        @Override
        public int replayEvents() {
            return 8;
        }

        @Override
        public int replayBytes() {
            return 10_000;
        }

        @Override
        public Duration resumeTimeout() {
            return Duration.ofSeconds(15);
        }

        @Override
        public Duration maxRunWait() {
            return Duration.ofMinutes(1);
        }
    }

    private record FakeComponent(String id, Behaviour behaviour) implements Component {
        @Override
        public Readiness readiness() {
            return new Readiness.Ready();
        }

        @Override
        public CompletableFuture<Output> call(Invocation invocation) {
            return Given.now(behaviour::output);
        }

        @Override
        public void close() {}
    }
}
