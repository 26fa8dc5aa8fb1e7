package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.component.WorkflowCalls;
import dev.weir.filter.RunFilter;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.EndedSource;
import dev.weir.workflow.graph.JobGraph;
import dev.weir.workflow.graph.Outputs;
import dev.weir.workflow.graph.RunContext;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.ServedWorkflow;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs workflows for components, inside a run: with its place, its limits, its task id and its cancellation. The filters of the
 * called workflow apply to its output, those of the calling workflow too.
 *
 * @param context the context of the calling jobs
 * @param depth the number of calls that lead here; 0 for the jobs of the run itself
 */
record NestedWorkflows(ServedConfiguration served, RunContext context, int depth) implements WorkflowCalls {
    /** The limit on calls inside calls. The configuration cannot have a cycle, but a template can name any workflow. */
    static final int MAX_DEPTH = 16;

    @Override
    public CompletableFuture<Output> call(
            String workflowId, boolean isNamed, @Nullable Object input, Cancellation cancellation) {
        CompletableFuture<Output> answer = new CompletableFuture<>();
        Call call = new Call(workflowId, cancellation, answer);
        try {
            if (depth >= MAX_DEPTH) {
                throw new WeirException(
                        ErrorCode.INVALID_INPUT,
                        "workflows call each other too deeply (at most " + MAX_DEPTH + " calls)");
            }
            ServedWorkflow workflow = isNamed ? served.workflow(workflowId) : served.workflowForEveryone(workflowId);
            workflow.inputs().check(input);
            call.start(workflow, input);
        } catch (RuntimeException | Error e) {
            call.onFailure(WeirException.of(e));
        }
        return answer;
    }

    /** One call. A failure of a job cancels only the jobs of this call. */
    private final class Call implements JobGraph.Owner, WorkflowExecution.End {
        private final String workflowId;
        private final Cancellation cancellation = new Cancellation();
        private final Cancellation.Registration registration;
        private final CompletableFuture<Output> answer;
        private @Nullable RunFilter filter;

        Call(String workflowId, Cancellation outer, CompletableFuture<Output> answer) {
            this.workflowId = workflowId;
            this.answer = answer;
            this.registration = outer.onCancel(() -> cancellation.cancel(String.valueOf(outer.reason())));
        }

        void start(ServedWorkflow workflow, @Nullable Object input) {
            filter = workflow.filters().forRun();
            RunContext inner = context.calling(new NestedWorkflows(served, context, depth + 1));
            new WorkflowExecution(this, workflow, input, inner, this).start();
        }

        @Override
        public Cancellation cancellation() {
            return cancellation;
        }

        @Override
        public void fail(WeirException cause) {
            cancellation.cancel("a job of workflow " + workflowId + " has failed");
        }

        @Override
        public void onOutput(Output output, String jobId) {
            Output filtered;
            try {
                filtered = filter == null ? output : RunDriver.filtered(output, filter);
            } catch (RuntimeException | Error e) {
                Outputs.close(output);
                onFailure(WeirException.of(e));
                return;
            }
            if (filtered instanceof Output.Streamed streamed) {
                filtered = new Output.Streamed(
                        new EndedSource(streamed.chunks().mapFailure(this::placed), this::end),
                        streamed.content(),
                        streamed.summary());
            } else {
                end();
            }
            Continuations.complete(answer, filtered, null);
        }

        @Override
        public void onFailure(WeirException failure) {
            end();
            Continuations.complete(answer, null, placed(failure));
        }

        /** Releases all that the workflow still holds, such as a stream that no job has read. */
        private void end() {
            registration.close();
            cancellation.cancel("workflow " + workflowId + " has ended");
        }

        private WeirException placed(WeirException failure) {
            if (failure.code() == ErrorCode.CANCELLED) {
                return failure;
            }
            WeirException filtered = filter == null ? failure : filter.filtered(failure);
            return filtered.at("workflow " + workflowId);
        }
    }
}
