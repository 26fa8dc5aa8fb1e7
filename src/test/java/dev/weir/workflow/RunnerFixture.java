package dev.weir.workflow;

import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.config.HttpClientConfig;
import dev.weir.runtime.Pools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A runner whose components all do what a test says. */
public record RunnerFixture(WorkflowRunner runner, Workflows workflows, TaskRegistry tasks) {
    private static final String COMPONENT =
            "component:\n  id: a\n  type: http-client\n  endpoint: http://127.0.0.1:9\n";

    /** What a component gives. */
    @FunctionalInterface
    public interface Behaviour {
        Output output() throws InterruptedException;
    }

    /** A runner of one workflow of one job with that {@code output}; empty for none. */
    public static RunnerFixture ofOneJob(Behaviour behaviour, String workflowOutput) {
        String output = workflowOutput.isEmpty() ? "" : "  output: " + workflowOutput + "\n";
        return of(behaviour, "workflow:\n  component: a\n" + output + COMPONENT);
    }

    /** A runner of that configuration, which must be right. */
    public static RunnerFixture of(Behaviour behaviour, String yaml) {
        TaskRegistry tasks = new TaskRegistry();
        Workflows workflows = new Workflows(List.<ComponentProvider<?>>of(new FakeProvider(behaviour)), tasks);
        try {
            Path file = Files.createTempFile("model-compose", ".yml");
            Files.writeString(file, yaml);
            workflows.load(List.of(file));
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RunnerFixture(new WorkflowRunner(workflows, tasks, new NoPools()), workflows, tasks);
    }

    /** A run of a single job needs none. */
    private static final class NoPools extends Pools {}

    private record FakeProvider(Behaviour behaviour) implements ComponentProvider<HttpClientConfig> {
        @Override
        public Class<HttpClientConfig> configuration() {
            return HttpClientConfig.class;
        }

        @Override
        public Component create(HttpClientConfig config) {
            return new FakeComponent(config.id(), behaviour);
        }
    }

    private record FakeComponent(String id, Behaviour behaviour) implements Component {
        @Override
        public Readiness readiness() {
            return new Readiness.Ready();
        }

        @Override
        public Output invoke(Invocation invocation) throws InterruptedException {
            return behaviour.output();
        }

        @Override
        public void close() {}
    }
}
