package dev.weir.component.shell;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.CallSource;
import dev.weir.component.Component;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.component.ProcessEnvironment;
import dev.weir.component.Readiness;
import dev.weir.component.Results;
import dev.weir.config.ActionConfig;
import dev.weir.config.ShellAction;
import dev.weir.config.ShellConfig;
import dev.weir.process.Command;
import dev.weir.process.CommandRun;
import dev.weir.process.CommandRunner;
import dev.weir.stream.Awaited;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Continuations;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Runs programs, when the component's {@code install} scripts have run. */
final class ShellComponent implements Component {
    private final ShellConfig config;
    private final CommandRunner runner;
    private final ShellLimits limits;
    private final Map<String, String> server;
    private final CommandRunner.Owner owner;
    private final CompletableFuture<Void> installing;
    private final Awaited<Boolean> installed = new Awaited<>();

    /**
     * Makes the component and begins its scripts.
     *
     * @param server the variables of this server
     * @param mask removes secrets from logged texts
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The outcome is kept in a field.
    ShellComponent(
            ShellConfig config,
            CommandRunner runner,
            ShellLimits limits,
            Map<String, String> server,
            UnaryOperator<String> mask) {
        this.config = config;
        this.runner = runner;
        this.limits = limits;
        this.server = server;
        this.owner = new CommandRunner.Owner(config.id(), mask);
        this.installing = runner.prepare(owner, scripts(config.manage().install()));
        installing.whenComplete((nothing, failure) -> {
            if (failure == null) {
                installed.complete(true);
            } else {
                installed.completeExceptionally(Continuations.cause(failure));
            }
        });
    }

    private List<Command> scripts(List<List<String>> written) {
        Map<String, String> environment = ProcessEnvironment.of(
                config.inheritEnvironment(), config.manage().environment(), server);
        return written.stream()
                .map(words -> new Command(words, config.manage().workingDirectory(), environment))
                .toList();
    }

    @Override
    public String id() {
        return config.id();
    }

    @Override
    public Readiness readiness() {
        Throwable failure = installed.failure();
        if (failure != null) {
            return new Readiness.Failed(WeirException.of(failure).detail());
        }
        return installed.isDone() ? new Readiness.Ready() : new Readiness.Loading();
    }

    @Override
    public CompletableFuture<Output> call(Invocation invocation) {
        return Continuations.started(() -> {
            ShellAction action = ActionConfig.named(config.actions(), invocation.actionId());
            ShellCall call = ShellCall.of(action, config, invocation.scope(), server);
            CompletableFuture<Boolean> ready = installed.await();
            Cancellation cancellation = invocation.cancellation();
            Continuations.closing(
                    ready, cancellation.onCancel(() -> ready.completeExceptionally(cancellation.failure())));
            return ready.thenCompose(yes -> {
                cancellation.throwIfCancelled();
                return call.streaming() ? stream(call, action, invocation) : whole(call, action, invocation);
            });
        });
    }

    private CompletableFuture<Output> whole(ShellCall call, ShellAction action, Invocation invocation) {
        ShellBatch batch = new ShellBatch(owner, call, runner, limits.mostBytes());
        CompletableFuture<List<Map<String, Object>>> results = batch.begin();
        Cancellation cancellation = invocation.cancellation();
        Continuations.closing(results, cancellation.onCancel(() -> batch.stop(cancellation.failure())));
        return results.thenApply(all -> new Output.Value(
                Results.shaped(call.several() ? all : all.get(0), action.output(), invocation.scope())));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The queue reports the end.
    private CompletableFuture<Output> stream(ShellCall call, ShellAction action, Invocation invocation) {
        ChunkQueue lines = new ChunkQueue(limits.capacity(), limits.capacityBytes());
        CommandRun run = runner.start(
                owner, call.commands().get(0), new LineOutput(lines, ShellLimits.LONGEST_LINE_BYTES), call.timeout());
        lines.onCancel(() -> run.stop(new WeirException(ErrorCode.CANCELLED, "the stream was closed by its reader")));
        Cancellation cancellation = invocation.cancellation();
        Continuations.closing(run.over(), cancellation.onCancel(() -> run.stop(cancellation.failure())));
        run.status().thenRun(lines::complete);
        return run.begun()
                .thenApply(begun -> new Output.Streamed(
                        Results.shaped(CallSource.of(lines, cancellation), action.output(), invocation.scope())));
    }

    /** Ends the scripts that run, and begins the {@code clean} scripts. At the shutdown the provider waits for them. */
    @Override
    public void close() {
        installing.cancel(false);
        if (!config.manage().clean().isEmpty()) {
            runner.clean(owner, scripts(config.manage().clean()));
        }
    }
}
