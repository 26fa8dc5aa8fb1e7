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
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Waits for an answer that comes later: asks again and again until the state that it is told means success or failure. An
 * answer that failed in a way that may pass counts as not ready yet.
 */
final class Polling {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);
    private static final int ACCEPTED = 202;

    private final HttpCalls calls;
    private final HttpAction action;
    private final @Nullable Template baseUrl;
    private final CallContext context;
    private final PollingConfig config;
    private final HttpAction question;
    private String last = "none came";

    Polling(HttpCalls calls, HttpAction action, @Nullable Template baseUrl, CallContext context) {
        this.calls = calls;
        this.action = action;
        this.baseUrl = baseUrl;
        this.context = context;
        this.config = Objects.requireNonNull(action.completion());
        this.question = question(action, config);
    }

    /** The request that asks, as an action. */
    private static HttpAction question(HttpAction action, PollingConfig config) {
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
     * The output once it is ready: {@code response} stands for the first answer, {@code result} for the last.
     *
     * @throws WeirException when the state means failure, when asking failed for good, or when it took too long
     */
    Output await(HttpAnswer first, Scope scope) throws InterruptedException {
        Scope asking = bound(scope, Source.RESPONSE, first.whole(action));
        Duration limit = config.timeout().orElse(DEFAULT_TIMEOUT);
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() + config.interval().toNanos() < end) {
            context.pause(config.interval());
            Output output = attempt(asking);
            if (output != null) {
                return output;
            }
        }
        throw UpstreamException.lasting(
                ErrorCode.TIMED_OUT,
                "the upstream's answer was not ready within " + limit.toMillis()
                        + " ms (completion.timeout); the last state: " + last,
                null);
    }

    /** The output if the next answer says that it is ready; otherwise null. */
    private @Nullable Output attempt(Scope asking) throws InterruptedException {
        try (HttpAnswer answer = calls.answer(question, baseUrl, asking, context)) {
            Object result = answer.status() / 100 == 2 ? answer.whole(question) : answer.beginning();
            if (!isReady(answer, result, asking)) {
                return null;
            }
            Template output = action.output();
            return new Output.Value(output == null ? result : output.render(bound(asking, Source.RESULT, result)));
        } catch (UpstreamException e) {
            // What may pass is asked for again. The job itself was accepted, and is not sent again.
            if (!e.passes()) {
                throw e;
            }
            last = e.detail();
            return null;
        }
    }

    private boolean isReady(HttpAnswer answer, @Nullable Object result, Scope asking) {
        Template status = config.status();
        if (status == null) {
            return isReadyByStatus(answer, result);
        }
        String state = Values.text(status.render(bound(asking, Source.RESULT, result)));
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

    /** A state that no list names and that will not change by itself is an error, not a reason to wait. */
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

    /** Whether a status is one of {@code 404}, {@code 2xx} or {@code 200-204}. */
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
