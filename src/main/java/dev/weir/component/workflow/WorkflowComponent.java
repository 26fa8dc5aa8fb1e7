package dev.weir.component.workflow;

import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Values;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.component.Results;
import dev.weir.config.ActionConfig;
import dev.weir.config.WorkflowAction;
import dev.weir.config.WorkflowComponentConfig;
import dev.weir.stream.Continuations;
import java.util.concurrent.CompletableFuture;

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
        return Continuations.started(() -> {
            WorkflowAction action = ActionConfig.named(config.actions(), invocation.actionId());
            Bindings scope = invocation.scope();
            Object input = action.input() == null
                    ? scope.value(Source.INPUT, null)
                    : action.input().render(scope);
            return invocation
                    .workflows()
                    .call(
                            Values.text(action.workflow().render(scope)),
                            action.workflow().isConstant(),
                            input,
                            invocation.cancellation())
                    .thenApply(given -> Results.shaped(given, action.output(), scope));
        });
    }

    @Override
    public void close() {}
}
