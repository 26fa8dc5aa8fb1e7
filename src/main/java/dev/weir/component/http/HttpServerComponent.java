package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Template;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.Readiness;
import dev.weir.config.ActionConfig;
import dev.weir.config.HttpAction;
import dev.weir.config.HttpServerConfig;
import dev.weir.process.HealthProbe;
import dev.weir.process.Life;
import dev.weir.process.ManagedProcess;
import dev.weir.process.ServiceState;
import dev.weir.stream.Cancellation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls an HTTP API that runs as a process of this server, once it is ready. */
final class HttpServerComponent implements Component {
    private final HttpServerConfig config;
    private final ManagedProcess process;
    private final HttpCalls calls;
    private final HttpCalls callsElsewhere;
    private final Template baseUrl;

    /**
     * @param calls for actions with a path
     * @param callsElsewhere for actions with an endpoint of their own
     */
    HttpServerComponent(HttpServerConfig config, ManagedProcess process, HttpCalls calls, HttpCalls callsElsewhere) {
        this.config = config;
        this.process = process;
        this.calls = calls;
        this.callsElsewhere = callsElsewhere;
        this.baseUrl = Template.parse(url(config).replace("${", "$${"));
    }

    /** Where the process is called. */
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
    public Output invoke(Invocation invocation) throws InterruptedException {
        HttpAction action = ActionConfig.named(config.actions(), invocation.actionId());
        Life life = await(invocation.cancellation());
        HttpCalls caller = action.endpoint() == null ? calls : callsElsewhere;
        try {
            Output output = caller.call(action, baseUrl, invocation.scope(), invocation.cancellation());
            return output instanceof Output.Streamed streamed
                    ? new Output.Streamed(new ProcessSource(streamed.chunks(), life), streamed.content())
                    : output;
        } catch (WeirException e) {
            throw ProcessSource.told(e, life);
        }
    }

    private Life await(Cancellation cancellation) throws InterruptedException {
        CompletableFuture<Life> ready = process.ready();
        Cancellation.Registration cancelling = cancellation.onCancel(() -> ready.cancel(true));
        try {
            return ready.get(config.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the component's process is still not ready after "
                            + config.startTimeout().toMillis() + " ms (start_timeout)",
                    e);
        } catch (ExecutionException e) {
            throw WeirException.of(e.getCause());
        } catch (CancellationException e) {
            cancellation.throwIfCancelled();
            throw e;
        } finally {
            cancelling.close();
        }
    }

    /** Begins to stop the process; the provider waits for it when the application ends. */
    @Override
    public void close() {
        process.stop();
        calls.close();
        if (callsElsewhere != calls) {
            callsElsewhere.close();
        }
    }
}
