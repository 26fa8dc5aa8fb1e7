package dev.weir.component.http;

import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.config.ActionConfig;
import dev.weir.config.HttpClientConfig;
import dev.weir.stream.Continuations;
import java.util.concurrent.CompletableFuture;

/** Calls an HTTP API that this server does not manage. */
record HttpClientComponent(HttpClientConfig config, HttpCalls calls) implements Component {
    @Override
    public String id() {
        return config.id();
    }

    @Override
    public Readiness readiness() {
        return new Readiness.Ready();
    }

    @Override
    public CompletableFuture<Output> call(Invocation invocation) {
        return Continuations.started(() ->
                calls.call(ActionConfig.named(config.actions(), invocation.actionId()), config.baseUrl(), invocation));
    }

    @Override
    public void close() {
        calls.close();
    }
}
