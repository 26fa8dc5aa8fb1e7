package dev.weir.workflow.graph;

import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.component.Invocation;
import dev.weir.component.MeasuredOutput;
import dev.weir.component.Output;
import dev.weir.stream.Cancellation;
import dev.weir.telemetry.CallMeter;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The call of an action for a job.
 *
 * @param input the action's input; null for {@code otherwise}
 * @param parameters override those of the action
 * @param output shapes the action's output, bound to {@code output}; null to pass it on unchanged
 */
record ActionCall(
        String componentId,
        String actionId,
        Map<String, Object> parameters,
        @Nullable Template input,
        @Nullable Template output) {

    /** Receives the end of a call: one of its methods, once, in a task. */
    interface Result {
        /** Takes the output; an exception fails the call, and closes a stream. */
        void onOutput(Output output);

        /** Takes the failure. */
        void onFailure(Throwable failure);
    }

    /**
     * Starts the call in the calling task.
     *
     * @param scope the values of the job's templates
     * @param otherwise the action's input if the job shapes none; may be null
     * @param cancellation ends the call
     * @throws RuntimeException if the call cannot be started; {@code result} is not called then
     */
    void start(
            RunContext context, Bindings scope, @Nullable Object otherwise, Cancellation cancellation, Result result) {
        Object value = input == null ? otherwise : input.render(scope);
        Bindings actionScope = Bindings.empty()
                .withEnvironment(context.environment())
                .with(Source.CONTEXT, context.identity().ofCall())
                .with(Source.INPUT, value);
        CallMeter meter = context.instruments().call();
        CompletionStage<Output> answer = context.components()
                .get(componentId)
                .call(new Invocation(
                        actionId,
                        actionScope,
                        cancellation,
                        context.identity().trace(),
                        meter,
                        context.workflows(),
                        parameters));
        if (answer.toCompletableFuture().isDone()) {
            answer.whenComplete((given, failure) -> take(scope, meter, given, failure, result));
        } else {
            answer.whenComplete((given, failure) -> context.tasks()
                    .execute(() -> take(scope, meter, given, failure, result), refusal -> {
                        close(given);
                        WeirException ending = WeirException.shuttingDown(refusal);
                        MeasuredOutput.failed(meter, ending);
                        result.onFailure(ending);
                    }));
        }
    }

    private void take(
            Bindings scope, CallMeter meter, @Nullable Output given, @Nullable Throwable failure, Result result) {
        if (given == null) {
            Throwable cause = failure == null ? new IllegalStateException("a component gave nothing") : failure;
            MeasuredOutput.failed(meter, cause);
            result.onFailure(cause);
            return;
        }
        Output measured = MeasuredOutput.of(given, meter);
        try {
            result.onOutput(output == null ? measured : Outputs.shaped(measured, output, scope));
        } catch (RuntimeException | Error e) {
            try {
                close(measured);
            } finally {
                result.onFailure(e);
            }
        }
    }

    private static void close(@Nullable Output output) {
        if (output instanceof Output.Streamed streamed) {
            streamed.chunks().close();
        }
    }
}
