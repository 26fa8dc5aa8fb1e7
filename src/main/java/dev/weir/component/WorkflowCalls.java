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
    WorkflowCalls NONE = (workflowId, input, cancellation) ->
            CompletableFuture.failedFuture(new WeirException(ErrorCode.INTERNAL, "no workflow can be called here"));

    /**
     * Runs a workflow. Returns soon. The future gives the workflow's output, as {@link Component#call}.
     *
     * @param cancellation ends the workflow
     */
    CompletableFuture<Output> call(String workflowId, @Nullable Object input, Cancellation cancellation);
}
