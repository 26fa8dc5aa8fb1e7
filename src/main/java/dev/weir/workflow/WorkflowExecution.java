package dev.weir.workflow;

import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Output;
import dev.weir.config.WorkflowConfig;
import dev.weir.workflow.graph.JobGraph;
import dev.weir.workflow.graph.Outputs;
import dev.weir.workflow.graph.RunContext;
import dev.weir.workflow.graph.StreamCollector;
import dev.weir.workflow.served.ServedWorkflow;
import org.jspecify.annotations.Nullable;

/** One execution of a workflow's jobs, from its input to its output: for a run, or for a component of a run. */
final class WorkflowExecution {
    private final WorkflowConfig workflow;
    private final RunContext context;
    private final End end;
    private final JobGraph graph;

    /** Receives the end of an execution: one of its methods, once, in a task. */
    interface End {
        /**
         * Takes the output.
         *
         * @param jobId the id of the terminal job that gave it
         */
        void onOutput(Output output, String jobId);

        /** Takes the failure; all streams are closed. */
        void onFailure(WeirException failure);
    }

    /**
     * Creates an execution that has not started.
     *
     * @param owner is failed with the first failure of a job
     * @param input the workflow's input; may be null
     * @throws WeirException if the workflow's input cannot be shaped
     */
    WorkflowExecution(
            JobGraph.Owner owner, ServedWorkflow workflow, @Nullable Object input, RunContext context, End end) {
        this.workflow = workflow.config();
        this.context = context;
        this.end = end;
        Template shape = this.workflow.input();
        Object shaped = shape == null
                ? input
                : shape.render(Bindings.empty()
                        .withEnvironment(context.environment())
                        .with(Source.CONTEXT, context.identity().ofRun())
                        .with(Source.INPUT, input));
        this.graph = new JobGraph(owner, this.workflow.jobs(), workflow.links(), shaped, context, this::ended);
    }

    /** Starts the first jobs in the calling task. */
    void start() {
        graph.start();
    }

    private void ended(JobGraph.@Nullable Result result, @Nullable WeirException failure) {
        if (result == null) {
            end.onFailure(failure == null ? WeirException.shuttingDown(null) : failure);
            return;
        }
        String jobId = result.jobId();
        Template template = workflow.output();
        if (result.output() instanceof Output.Streamed && template != null && template.collectsOutput(jobId)) {
            new StreamCollector(context.maxCollectedBytes(), context.tasks()).whole(result.output(), (value, cause) -> {
                if (value == null) {
                    end.onFailure(cause == null ? WeirException.shuttingDown(null) : cause);
                } else {
                    deliver(value, jobId);
                }
            });
        } else {
            deliver(result.output(), jobId);
        }
    }

    private void deliver(Output output, String jobId) {
        Output shaped;
        try {
            shaped = workflow.output() == null
                    ? output
                    : Outputs.shaped(output, workflow.output(), graph.scope(), jobId);
        } catch (RuntimeException | Error e) {
            try {
                Outputs.close(output);
            } finally {
                end.onFailure(WeirException.of(e));
            }
            return;
        }
        end.onOutput(shaped, jobId);
    }
}
