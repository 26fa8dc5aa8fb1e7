package dev.weir.component.http.error;

import static dev.weir.component.http.error.UpstreamException.lasting;
import static dev.weir.component.http.error.UpstreamException.passing;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import dev.weir.json.Json;
import dev.weir.upstream.UpstreamFailure;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Makes the exceptions for the failures of an upstream, with their messages. Stateless. */
public final class UpstreamErrors {
    private static final System.Logger LOG = System.getLogger(UpstreamErrors.class.getName());
    /** The most characters of an upstream's answer in a message. */
    public static final int SHOWN_CHARACTERS = 2048;

    private UpstreamErrors() {}

    /**
     * The failure of a request without an answer.
     *
     * @param publicOnly whether only public addresses are allowed; the failure of a name lookup is then
     *     {@code TARGET_DENIED}
     */
    public static WeirException noAnswer(URI uri, boolean publicOnly, Throwable failure) {
        Throwable cause = root(failure);
        if (cause instanceof WeirException known) {
            return known;
        }
        String target = target(uri);
        if (publicOnly && cause instanceof UpstreamFailure upstream && tellsOfNames(upstream)) {
            // The client must not learn which internal names exist.
            LOG.log(Level.INFO, "{0} is refused (weir.http.deny-private): {1}", target, upstream.getMessage());
            return new WeirException(
                    ErrorCode.TARGET_DENIED,
                    target + " leads to no public address; a URL that a run's input has a part in may lead to public"
                            + " addresses only (weir.http.deny-private)");
        }
        return cause instanceof UpstreamFailure upstream
                ? unanswered(target, upstream)
                : passing(
                        ErrorCode.UPSTREAM_FAILED,
                        "no answer from " + target + ": " + cause.getClass().getSimpleName(),
                        cause);
    }

    private static boolean tellsOfNames(UpstreamFailure failure) {
        return failure.kind() == UpstreamFailure.Kind.HOST_UNKNOWN
                || failure.kind() == UpstreamFailure.Kind.ADDRESS_DENIED;
    }

    private static WeirException unanswered(String target, UpstreamFailure failure) {
        return switch (failure.kind()) {
            case HOST_UNKNOWN ->
                passing(ErrorCode.UPSTREAM_HOST_UNKNOWN, "the host of " + target + " is unknown", failure);
            case CONNECT_TIMED_OUT ->
                passing(
                        ErrorCode.UPSTREAM_CONNECT_TIMED_OUT,
                        "connecting to " + target + " took too long (connect_timeout)",
                        failure);
            case REFUSED -> passing(ErrorCode.UPSTREAM_REFUSED, target + " refused the connection", failure);
            case NOT_SECURE ->
                lasting(
                        ErrorCode.UPSTREAM_NOT_SECURE,
                        "no secure connection to " + target + ": " + failure.getMessage(),
                        failure);
            case PROXY_REFUSED ->
                lasting(
                        ErrorCode.UPSTREAM_REFUSED,
                        "no way to " + target + " through the proxy: " + failure.getMessage()
                                + "; see HTTP_PROXY, HTTPS_PROXY and NO_PROXY",
                        failure);
            case QUEUE_FULL ->
                overloaded("too many calls to " + target + " wait for a connection (weir.http.max-waiting)", failure);
            case CLOSED -> new WeirException(ErrorCode.SHUTTING_DOWN, "the server is shutting down");
            case MALFORMED ->
                lasting(ErrorCode.UPSTREAM_MALFORMED, "the " + failure.getMessage() + ", from " + target, failure);
            default ->
                passing(ErrorCode.UPSTREAM_FAILED, "no answer from " + target + ": " + failure.getMessage(), failure);
        };
    }

    private static UpstreamException overloaded(String how, @Nullable Throwable cause) {
        return passing(ErrorCode.OVERLOADED, how + ": retry later", cause);
    }

    /** No connection to the host became free within the time-out: {@code OVERLOADED}. */
    public static UpstreamException noConnectionFree(URI uri, Duration timeout) {
        return overloaded(
                "no connection to " + target(uri) + " became free within " + timeout.toMillis()
                        + " ms (weir.http.max-connections)",
                null);
    }

    /** The headers of an answer did not arrive within the time-out: {@code UPSTREAM_TIMED_OUT}. */
    public static UpstreamException late(URI uri, Duration timeout) {
        return passing(
                ErrorCode.UPSTREAM_TIMED_OUT,
                target(uri) + " did not answer within " + timeout.toMillis() + " ms (timeout)",
                null);
    }

    /** The body of an answer stalled: {@code UPSTREAM_STALLED}. */
    public static UpstreamException stalled(Duration timeout) {
        return passing(
                ErrorCode.UPSTREAM_STALLED,
                "the upstream sent nothing more for " + timeout.toMillis() + " ms (timeout)",
                null);
    }

    /** The call exceeded its total time-out: {@code TIMED_OUT}. */
    public static UpstreamException overdue(Duration limit) {
        return lasting(
                ErrorCode.TIMED_OUT, "the call took longer than " + limit.toMillis() + " ms (total_timeout)", null);
    }

    /** The time-out of a call could not be started, so that the call is not made: {@code NOT_READY}. */
    public static WeirException noTimer() {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the call cannot be timed (the server is shutting down or has no thread): retry later");
    }

    /**
     * The status of the answer is an error: {@code UPSTREAM_STATUS}.
     *
     * @param retryAfter the wait that the upstream asks for; null for none
     */
    public static UpstreamException status(int status, String body, @Nullable Duration retryAfter) {
        String shown = body.isBlank() ? "" : ": " + cut(body.strip());
        String message = "the upstream answered " + status + shown;
        return PassingFailures.passes(status)
                ? passing(ErrorCode.UPSTREAM_STATUS, message, null).retryAfter(retryAfter)
                : lasting(ErrorCode.UPSTREAM_STATUS, message, null);
    }

    /**
     * The body broke off.
     *
     * @param announced the header that gives the body's length, such as {@code Content-Length: 9}; empty for none
     */
    public static WeirException brokenStream(UpstreamFailure failure, String announced) {
        return switch (failure.kind()) {
            case TRUNCATED ->
                truncated(
                        "it closed the connection before the end" + (announced.isEmpty() ? "" : " (" + announced + ")"),
                        failure);
            case CLOSED -> new WeirException(ErrorCode.SHUTTING_DOWN, "the server is shutting down");
            case MALFORMED -> malformed("the upstream's " + failure.getMessage(), failure);
            default ->
                failure.getCause() instanceof WeirException known
                        ? known
                        : passing(
                                ErrorCode.UPSTREAM_BROKE_OFF,
                                "the upstream's stream broke off: " + failure.getMessage(),
                                failure);
        };
    }

    /** The body ended too early: {@code UPSTREAM_TRUNCATED}. */
    public static UpstreamException truncated(String how, @Nullable Throwable cause) {
        return passing(ErrorCode.UPSTREAM_TRUNCATED, "the upstream's answer was cut short: " + how, cause);
    }

    /**
     * The stream contained an event of type {@code error}: {@code UPSTREAM_ERROR_EVENT}. Its data decides whether the
     * failure may pass.
     */
    public static UpstreamException errorEvent(String data) {
        String message = "the upstream sent an error event: " + (data.isBlank() ? "it has no data" : cut(data));
        return PassingFailures.passesText(data)
                ? passing(ErrorCode.UPSTREAM_ERROR_EVENT, message, null)
                : lasting(ErrorCode.UPSTREAM_ERROR_EVENT, message, null);
    }

    /**
     * A payload reported {@code error}, a JSON value: {@code UPSTREAM_ERROR_PAYLOAD}. The value decides whether the failure
     * may pass.
     */
    public static UpstreamException errorPayload(Object error) {
        String message = "the upstream reported an error: " + cut(Json.write(error));
        return PassingFailures.passes(error)
                ? passing(ErrorCode.UPSTREAM_ERROR_PAYLOAD, message, null)
                : lasting(ErrorCode.UPSTREAM_ERROR_PAYLOAD, message, null);
    }

    /** A payload or a whole body is not JSON: {@code UPSTREAM_MALFORMED}. */
    public static UpstreamException notJson(String contentType, String text, @Nullable Throwable cause) {
        String type = contentType.isBlank() ? "no Content-Type" : "Content-Type: " + Excerpt.of(contentType, 100);
        return malformed("the upstream's answer is not JSON (" + type + "): " + cut(text), cause);
    }

    /** The answer does not have the expected format: {@code UPSTREAM_MALFORMED}. */
    public static UpstreamException malformed(String how, @Nullable Throwable cause) {
        return lasting(ErrorCode.UPSTREAM_MALFORMED, how, cause);
    }

    /** Payloads arrived, but the action's output was null for each of them: {@code UPSTREAM_MALFORMED}. */
    public static UpstreamException nothingToGive(String first) {
        return malformed(
                "no payload of the upstream's answer gave a chunk: compare the action's output with the first payload, "
                        + cut(first),
                null);
    }

    /** A part of the answer exceeds the limit of {@code setting}: {@code UPSTREAM_TOO_LARGE}. */
    public static UpstreamException tooLong(String what, String setting, int maxBytes) {
        return lasting(
                ErrorCode.UPSTREAM_TOO_LARGE,
                "the upstream's " + what + " is too long (at most " + maxBytes + " bytes, " + setting + ")",
                null);
    }

    /** The scheme, host and port of a URL, without path, user and password. */
    public static String target(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** {@code text}, cut to {@link #SHOWN_CHARACTERS}. */
    public static String cut(String text) {
        return Excerpt.of(text, SHOWN_CHARACTERS);
    }
}
