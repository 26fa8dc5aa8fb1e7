package dev.weir.component.workflow;

import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.config.ActionConfig;
import dev.weir.config.WorkflowAction;
import dev.weir.config.WorkflowComponentConfig;
import dev.weir.stream.Content;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs a workflow of the same configuration. Its stream is passed on. */
record WorkflowComponent(WorkflowComponentConfig config) implements Component {

    @Override
    public String id() {
        return config.id();
    }

    /** Always ready: the components of the called workflow have their own state. */
    @Override
    public Readiness readiness() {
        return new Readiness.Ready();
    }

    @Override
    public CompletableFuture<Output> call(Invocation invocation) {
        try {
            WorkflowAction action = ActionConfig.named(config.actions(), invocation.actionId());
            Bindings scope = invocation.scope();
            Object input = action.input() == null
                    ? scope.value(Source.INPUT, null)
                    : action.input().render(scope);
            CompletableFuture<Output> answer = invocation
                    .workflows()
                    .call(
                            Values.text(action.workflow().render(scope)),
                            action.workflow().isConstant(),
                            input,
                            invocation.cancellation());
            Template output = action.output();
            return output == null ? answer : answer.thenApply(given -> shaped(given, output, scope));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Output shaped(Output given, Template output, Bindings scope) {
        if (given instanceof Output.Value value) {
            Object shaped = output.render(bound(scope, value.value()));
            return new Output.Value(shaped, shaped == value.value() ? value.content() : Optional.empty());
        }
        Output.Streamed streamed = (Output.Streamed) given;
        return new Output.Streamed(
                streamed.chunks().map(chunk -> output.render(bound(scope, chunk))),
                streamed.content().map(Content::withoutLength));
    }

    private static Bindings bound(Bindings scope, @Nullable Object value) {
        return scope.with(Source.OUTPUT, value).with(Source.RESULT, value).with(Source.RESULT_CHUNK, value);
    }

    @Override
    public void close() {}
}
