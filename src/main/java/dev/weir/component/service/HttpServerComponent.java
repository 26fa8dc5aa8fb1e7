package dev.weir.component.service;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Template;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.component.http.HttpCalls;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.config.ActionConfig;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpServerConfig;
import dev.weir.process.HealthProbe;
import dev.weir.process.ManagedProcess;
import dev.weir.process.ServiceProcess;
import dev.weir.process.ServiceState;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Calls an HTTP API that this server runs as a process, when the process is ready. */
final class HttpServerComponent implements Component {
    private final HttpServerConfig config;
    private final ManagedProcess process;
    private final HttpCalls calls;
    private final HttpCalls callsElsewhere;
    private final Template baseUrl;
    private final Tasks tasks;
    private final Timers timers;

    /**
     * Makes the component of a process.
     *
     * @param calls for actions with a path, which call the process
     * @param callsElsewhere for actions with their own endpoint
     */
    HttpServerComponent(
            HttpServerConfig config,
            ManagedProcess process,
            HttpCalls calls,
            HttpCalls callsElsewhere,
            Tasks tasks,
            Timers timers) {
        this.tasks = tasks;
        this.timers = timers;
        this.config = config;
        this.process = process;
        this.calls = calls;
        this.callsElsewhere = callsElsewhere;
        this.baseUrl = Template.parse(url(config).replace("${", "$${"));
    }

    /** The base URL of the process. */
    static String url(HttpServerConfig config) {
        return "http://" + HealthProbe.HOST + ":" + config.port() + config.basePath();
    }

    @Override
    public String id() {
        return config.id();
    }

    @Override
    public Readiness readiness() {
        ServiceState state = process.state();
        if (state instanceof ServiceState.Failed failed) {
            return new Readiness.Failed(failed.reason());
        }
        return state instanceof ServiceState.Ready ? new Readiness.Ready() : new Readiness.Loading();
    }

    @Override
    public CompletableFuture<Output> call(Invocation invocation) {
        return Continuations.started(() -> {
            HttpAction action = ActionConfig.named(config.actions(), invocation.actionId());
            return ready(invocation.cancellation()).thenCompose(life -> call(action, invocation, life));
        });
    }

    /** The process when it is ready. The future completes on a task thread. */
    private CompletableFuture<ServiceProcess> ready(Cancellation cancellation) {
        CompletableFuture<ServiceProcess> ready = process.ready();
        Continuations.closing(ready, cancellation.onCancel(() -> ready.cancel(false)));
        Continuations.closing(
                ready,
                timers.after(
                        config.startTimeout(),
                        () -> ready.completeExceptionally(late()),
                        refusal -> ready.completeExceptionally(UpstreamErrors.noTimer())));
        return Continuations.onTask(ready, tasks, unwanted -> {}).handle((life, failure) -> {
            cancellation.throwIfCancelled();
            if (failure != null) {
                throw new CompletionException(Continuations.cause(failure));
            }
            return life;
        });
    }

    private WeirException late() {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the component's process is still not ready after "
                        + config.startTimeout().toMillis() + " ms (start_timeout)");
    }

    private CompletableFuture<Output> call(HttpAction action, Invocation invocation, ServiceProcess life) {
        HttpCalls caller = action.endpoint() == null ? calls : callsElsewhere;
        ProcessEnd news = new ProcessEnd(life, tasks, timers);
        return caller.call(action, baseUrl, invocation)
                .thenApply(output -> output instanceof Output.Streamed streamed
                        ? (Output) new Output.Streamed(
                                new ProcessSource(streamed.chunks(), news), streamed.content(), streamed.summary())
                        : output)
                .exceptionallyCompose(failure -> news.explained(WeirException.of(Continuations.cause(failure)))
                        .thenCompose(told -> CompletableFuture.<Output>failedFuture(told)));
    }

    /** Begins to stop the process. At the shutdown the provider waits for its end. */
    @Override
    public void close() {
        process.stop();
        calls.close();
        if (callsElsewhere != calls) {
            callsElsewhere.close();
        }
    }
}
