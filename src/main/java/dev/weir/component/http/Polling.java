package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.Output;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.error.UpstreamException;
import dev.weir.config.HttpAction;
import dev.weir.config.PollingConfig;
import dev.weir.config.StreamFormat;
import dev.weir.config.StreamFraming;
import dev.weir.stream.Continuations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a result that an upstream prepares: polls until the reported state means success or failure. A failure that may
 * pass counts as not ready. The steps run on task threads, one at a time.
 */
final class Polling {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);
    private static final int ACCEPTED = 202;

    private final HttpCalls calls;
    private final HttpAction action;
    private final @Nullable Template baseUrl;
    private final CallContext context;
    private final PollingConfig config;
    private final HttpAction pollAction;
    private final Duration limit;
    private final CompletableFuture<Output> output = new CompletableFuture<>();
    private Scope pollScope;
    private long endNanos;
    private String last = "none came";

    Polling(HttpCalls calls, HttpAction action, @Nullable Template baseUrl, Scope scope, CallContext context) {
        this.calls = calls;
        this.action = action;
        this.baseUrl = baseUrl;
        this.context = context;
        this.config = Objects.requireNonNull(action.completion());
        this.pollAction = pollAction(action, config);
        this.limit = config.timeout().orElse(DEFAULT_TIMEOUT);
        this.pollScope = scope;
    }

    /** The polling request, as an action. */
    private static HttpAction pollAction(HttpAction action, PollingConfig config) {
        return new HttpAction(
                action.id(),
                false,
                config.method(),
                config.endpoint(),
                config.path(),
                config.headers(),
                config.params(),
                config.body(),
                StreamFormat.NONE,
                StreamFraming.AUTO,
                action.chunkSize(),
                null,
                null,
                action.location());
    }

    /**
     * The output when it is ready. In templates {@code response} is the first answer and {@code result} the last.
     *
     * <p>The future fails with a {@link dev.weir.WeirException}: {@code UPSTREAM_STATUS} when the state means failure,
     * {@code TIMED_OUT} after {@code completion.timeout}, or the failure of a request that will not pass.
     */
    CompletableFuture<Output> begin(HttpAnswer first) {
        Continuations.then(
                first.whole(action),
                (response, failure) -> {
                    throwIfFailed(failure);
                    pollScope = bound(pollScope, Source.RESPONSE, response);
                    endNanos = System.nanoTime() + limit.toNanos();
                    askLater();
                },
                output);
        return output;
    }

    private void askLater() {
        if (System.nanoTime() + config.interval().toNanos() >= endNanos) {
            throw UpstreamException.lasting(
                    ErrorCode.TIMED_OUT,
                    "the upstream's answer was not ready within " + limit.toMillis()
                            + " ms (completion.timeout); the last state: " + last,
                    null);
        }
        Continuations.then(
                context.pause(config.interval()),
                (none, failure) -> {
                    throwIfFailed(failure);
                    ask();
                },
                output);
    }

    private void ask() {
        Continuations.then(
                calls.answer(pollAction, baseUrl, pollScope, context)
                        .thenCompose(answer -> answer.closedAfter(
                                () -> result(answer).thenApply(result -> outputIfReady(answer, result)))),
                this::answered,
                output);
    }

    private CompletableFuture<?> result(HttpAnswer answer) {
        return answer.status() / 100 == 2 ? answer.whole(pollAction) : answer.beginning();
    }

    private @Nullable Output outputIfReady(HttpAnswer answer, @Nullable Object result) {
        if (!isReady(answer, result, pollScope)) {
            return null;
        }
        Template shape = action.output();
        return new Output.Value(
                shape == null ? result : shape.render(bound(pollScope, Source.RESULT, result)),
                Optional.empty(),
                answer.summary());
    }

    private void answered(@Nullable Output ready, @Nullable Throwable failure) {
        if (failure instanceof UpstreamException upstream && upstream.passes()) {
            // Only the poll is repeated. The first request was accepted and is not sent again.
            last = upstream.detail();
            askLater();
            return;
        }
        throwIfFailed(failure);
        if (ready != null) {
            output.complete(ready);
        } else {
            askLater();
        }
    }

    private static void throwIfFailed(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure != null) {
            throw WeirException.of(failure);
        }
    }

    private boolean isReady(HttpAnswer answer, @Nullable Object result, Scope pollScope) {
        Template status = config.status();
        if (status == null) {
            return isReadyByStatus(answer, result);
        }
        String state = Values.text(status.render(bound(pollScope, Source.RESULT, result)));
        last = state.isEmpty() ? "status " + answer.status() : state;
        if (config.failWhen().contains(state)) {
            throw failed("'" + state + "'", result);
        }
        if (config.successWhen().contains(state)) {
            return true;
        }
        throwIfLasting(answer, result);
        return false;
    }

    private boolean isReadyByStatus(HttpAnswer answer, @Nullable Object result) {
        int status = answer.status();
        last = "status " + status;
        if (matches(status, config.failWhen())) {
            throw failed(last, result);
        }
        boolean ready = config.successWhen().isEmpty()
                ? status / 100 == 2 && status != ACCEPTED
                : matches(status, config.successWhen());
        if (!ready) {
            throwIfLasting(answer, result);
        }
        return ready;
    }

    /** A 4xx status that no list names and that will not change is an error, not a reason to wait. */
    private static void throwIfLasting(HttpAnswer answer, @Nullable Object result) {
        UpstreamException failure = UpstreamErrors.status(answer.status(), Values.text(result), null);
        if (answer.status() / 100 == 4 && answer.status() != 404 && !failure.passes()) {
            throw failure;
        }
    }

    private static UpstreamException failed(String state, @Nullable Object result) {
        return UpstreamException.lasting(
                ErrorCode.UPSTREAM_STATUS,
                "the upstream's task failed, its state is " + state + ": " + UpstreamErrors.cut(Values.text(result)),
                null);
    }

    /** Whether the status matches a pattern: {@code 404}, {@code 2xx} or {@code 200-204}. */
    static boolean matches(int status, List<String> patterns) {
        String text = String.valueOf(status);
        return patterns.stream().anyMatch(pattern -> {
            if (pattern.matches("[0-9]{3}-[0-9]{3}")) {
                return pattern.substring(0, 3).compareTo(text) <= 0 && text.compareTo(pattern.substring(4)) <= 0;
            }
            return text.matches(pattern.replaceAll("[^0-9xX]", "").replaceAll("[xX]", "[0-9]"));
        });
    }

    private static Scope bound(Scope scope, Source bound, @Nullable Object value) {
        return (source, name) -> source == bound ? value : scope.value(source, name);
    }
}
