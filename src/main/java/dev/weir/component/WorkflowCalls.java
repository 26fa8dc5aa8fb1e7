package dev.weir.component;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs workflows for components, as a part of the run that calls the component. Thread-safe. */
@FunctionalInterface
public interface WorkflowCalls {
    /** Refuses every call. */
    WorkflowCalls NONE = (workflowId, isNamed, input, cancellation) ->
            CompletableFuture.failedFuture(new WeirException(ErrorCode.INTERNAL, "no workflow can be called here"));

    /**
     * Runs a workflow. Returns soon. The future gives the workflow's output, as {@link Component#call}.
     *
     * @param isNamed whether the configuration names the workflow, so that its {@code allow} does not count. Other ids may
     *     come from a client: then only workflows for all callers can be called.
     * @param cancellation ends the workflow
     */
    CompletableFuture<Output> call(
            String workflowId, boolean isNamed, @Nullable Object input, Cancellation cancellation);
}
