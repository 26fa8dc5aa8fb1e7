package dev.weir.workflow;

import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.component.WorkflowCalls;
import dev.weir.filter.RunFilter;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.telemetry.Instruments;
import dev.weir.workflow.graph.JobOverrides;
import dev.weir.workflow.graph.Outputs;
import dev.weir.workflow.graph.RunContext;
import dev.weir.workflow.graph.RunIdentity;
import java.util.function.Supplier;

/**
 * Drives runs from their place to their output, in tasks. Thread-safe.
 *
 * @param maxCollectedBytes the largest stream that is collected for other jobs
 * @param maxCalls the most workflows that the components of one run call
 * @param ids makes ids of calls
 * @param instruments measure the calls of components
 */
record RunDriver(
        Tasks tasks,
        Timers timers,
        int maxCollectedBytes,
        int maxCalls,
        Supplier<String> ids,
        Instruments instruments) {

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
                execution(run, result).start();
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

    private WorkflowExecution execution(Run run, Result result) {
        RunContext context = new RunContext(
                new RunIdentity(run.taskId(), run.trace(), ids),
                run.served().config().environment(),
                run.served().components(),
                instruments,
                WorkflowCalls.NONE,
                JobOverrides.NONE,
                tasks,
                timers,
                maxCollectedBytes);
        return new WorkflowExecution(
                run,
                run.servedWorkflow(),
                run.input(),
                context.calling(NestedWorkflows.of(run.served(), context, maxCalls))
                        .overriding(run.overrides()),
                new WorkflowExecution.End() {
                    @Override
                    public void onOutput(Output output, String jobId) {
                        run.setOutputJob(jobId);
                        deliver(run, output, result);
                    }

                    @Override
                    public void onFailure(WeirException failure) {
                        fail(run, failure, result);
                    }
                });
    }

    private void deliver(Run run, Output output, Result result) {
        run.setSummary(output.summary());
        Output delivered;
        try {
            delivered = PacedSource.paced(filtered(output, run.filter()), run, timers);
        } catch (RuntimeException | Error e) {
            try {
                Outputs.close(output);
            } finally {
                fail(run, WeirException.of(e), result);
            }
            return;
        }
        if (run.state().ended()) {
            Outputs.close(delivered);
            result.onFailure(run.failure());
        } else {
            result.onOutput(delivered);
        }
    }

    /** Returns an output with filters applied. */
    static Output filtered(Output output, RunFilter filter) {
        if (output instanceof Output.Streamed streamed) {
            return new Output.Streamed(
                    filter.filtered(streamed.chunks(), streamed.content()), streamed.content(), streamed.summary());
        }
        Output.Value whole = (Output.Value) output;
        return new Output.Value(filter.filtered(whole.value(), whole.content()), whole.content(), whole.summary());
    }
}
