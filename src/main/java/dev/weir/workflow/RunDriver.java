package dev.weir.workflow;

import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.config.WorkflowConfig;
import dev.weir.filter.RunFilter;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.workflow.graph.JobGraph;
import dev.weir.workflow.graph.Outputs;
import dev.weir.workflow.graph.RunContext;
import dev.weir.workflow.graph.StreamCollector;
import org.jspecify.annotations.Nullable;

/**
 * Drives runs from their place to their output, in tasks. Thread-safe.
 *
 * @param maxCollectedBytes the largest stream that is collected for other jobs
 */
record RunDriver(Tasks tasks, Timers timers, int maxCollectedBytes) {

    /** Receives the result of a run. Exactly one of the last two methods is called, once. */
    interface Result {
        /** The run has its place. */
        default void onBegin() {}

        /** The run has an output, filtered and paced; the run has not ended. */
        void onOutput(Output output);

        /** The run has ended. */
        void onFailure(WeirException failure);
    }

    /**
     * Begins the run in a task, unless it has ended while it waited. Returns at once and never throws, since the calling
     * thread may belong to the run that freed the place.
     */
    void drive(Run run, Result result) {
        tasks.execute(() -> begin(run, result), refusal -> fail(run, WeirException.shuttingDown(refusal), result));
    }

    private void begin(Run run, Result result) {
        try {
            if (run.begin()) {
                result.onBegin();
                graph(run, result).start();
            } else {
                result.onFailure(run.failure());
            }
        } catch (RuntimeException | Error e) {
            fail(run, WeirException.of(e), result);
        }
    }

    private static void fail(Run run, WeirException failure, Result result) {
        run.fail(failure);
        result.onFailure(run.failureFor(failure));
    }

    private JobGraph graph(Run run, Result result) {
        WorkflowConfig workflow = run.workflow();
        RunContext context = new RunContext(
                run.served().config().environment(), run.served().components(), tasks, timers, maxCollectedBytes);
        Object input = run.input();
        if (workflow.input() != null) {
            input = workflow.input()
                    .render(Bindings.empty()
                            .withEnvironment(context.environment())
                            .with(Source.INPUT, input));
        }
        GraphRun graphRun = new GraphRun(run, result);
        graphRun.graph = new JobGraph(run, workflow.jobs(), input, context, graphRun::ended);
        return graphRun.graph;
    }

    /** Handles the end of a graph: the templates of the workflow's output see the graph's scope. */
    private final class GraphRun {
        private final Run run;
        private final Result result;
        private @Nullable JobGraph graph;

        GraphRun(Run run, Result result) {
            this.run = run;
            this.result = result;
        }

        void ended(JobGraph.@Nullable Result graphResult, @Nullable WeirException failure) {
            if (graphResult == null) {
                fail(run, failure == null ? WeirException.shuttingDown(null) : failure, result);
                return;
            }
            Output output = graphResult.output();
            String jobId = graphResult.jobId();
            run.setOutputJob(jobId);
            Template template = run.workflow().output();
            if (output instanceof Output.Streamed && template != null && template.collectsOutput(jobId)) {
                new StreamCollector(maxCollectedBytes, tasks).whole(output, (value, cause) -> {
                    if (value == null) {
                        fail(run, cause == null ? WeirException.shuttingDown(null) : cause, result);
                    } else {
                        deliver(value, jobId);
                    }
                });
            } else {
                deliver(output, jobId);
            }
        }

        private void deliver(Output output, String jobId) {
            Output shaped;
            try {
                shaped = shaped(output, jobId);
            } catch (RuntimeException | Error e) {
                try {
                    close(output);
                } finally {
                    fail(run, WeirException.of(e), result);
                }
                return;
            }
            if (run.state().ended()) {
                close(shaped);
                result.onFailure(run.failure());
            } else {
                result.onOutput(shaped);
            }
        }

        private Output shaped(Output output, String jobId) {
            WorkflowConfig workflow = run.workflow();
            Output shaped = workflow.output() == null || graph == null
                    ? output
                    : Outputs.shaped(output, workflow.output(), graph.scope(), jobId);
            return PacedSource.paced(filtered(shaped, run.filter()), run, timers);
        }
    }

    private static void close(Output output) {
        if (output instanceof Output.Streamed streamed) {
            streamed.chunks().close();
        }
    }

    private static Output filtered(Output output, RunFilter filter) {
        if (output instanceof Output.Streamed streamed) {
            return new Output.Streamed(filter.filtered(streamed.chunks(), streamed.content()), streamed.content());
        }
        Output.Value whole = (Output.Value) output;
        return new Output.Value(filter.filtered(whole.value(), whole.content()), whole.content());
    }
}
