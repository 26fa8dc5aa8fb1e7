package dev.weir.component.http.error;

import static dev.weir.component.http.error.UpstreamException.lasting;
import static dev.weir.component.http.error.UpstreamException.passing;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.binding.Values;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What can go wrong with an upstream, told apart and put into words. */
public final class UpstreamErrors {
    /** How much of an upstream's answer stands in a message, in characters. */
    public static final int SHOWN_CHARACTERS = 2048;

    private UpstreamErrors() {}

    /** No answer came. */
    public static WeirException noAnswer(URI uri, Throwable failure) {
        Throwable cause = root(failure);
        String target = target(uri);
        if (cause instanceof WeirException known) {
            return known;
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return passing(
                    ErrorCode.UPSTREAM_CONNECT_TIMED_OUT,
                    "connecting to " + target + " took too long (connect_timeout)",
                    cause);
        }
        if (has(cause, UnresolvedAddressException.class) || has(cause, UnknownHostException.class)) {
            return passing(ErrorCode.UPSTREAM_HOST_UNKNOWN, "the host of " + target + " is unknown", cause);
        }
        if (cause instanceof ConnectException) {
            return passing(ErrorCode.UPSTREAM_REFUSED, target + " refused the connection", cause);
        }
        if (cause instanceof SSLException) {
            return lasting(
                    ErrorCode.UPSTREAM_NOT_SECURE,
                    "no secure connection to " + target + ": " + cause.getMessage(),
                    cause);
        }
        return passing(ErrorCode.UPSTREAM_FAILED, "no answer from " + target + ": " + told(cause), cause);
    }

    /** The headers of an answer did not come in time. */
    public static UpstreamException late(URI uri, Duration timeout) {
        return passing(
                ErrorCode.UPSTREAM_TIMED_OUT,
                target(uri) + " did not answer in time, within " + timeout.toMillis() + " ms (timeout)",
                null);
    }

    /** An answer that began did not go on. */
    public static UpstreamException stalled(Duration timeout) {
        return passing(
                ErrorCode.UPSTREAM_STALLED,
                "the upstream sent nothing more for " + timeout.toMillis() + " ms (timeout)",
                null);
    }

    /** A call took too long in all. */
    public static UpstreamException overdue(Duration limit) {
        return lasting(
                ErrorCode.TIMED_OUT, "the call took longer than " + limit.toMillis() + " ms (total_timeout)", null);
    }

    /** The answer's status says that it failed. */
    public static UpstreamException status(int status, String body, @Nullable Duration retryAfter) {
        String shown = body.isBlank() ? "" : ": " + cut(body.strip());
        String message = "the upstream answered " + status + shown;
        return PassingFailures.passes(status)
                ? passing(ErrorCode.UPSTREAM_STATUS, message, null).retryAfter(retryAfter)
                : lasting(ErrorCode.UPSTREAM_STATUS, message, null);
    }

    /** The body broke off. */
    public static WeirException brokenStream(Throwable failure) {
        Throwable cause = root(failure);
        if (cause instanceof WeirException known) {
            return known;
        }
        if (has(cause, EOFException.class)) {
            return truncated("it closed the connection (" + told(cause) + ")", cause);
        }
        return passing(ErrorCode.UPSTREAM_BROKE_OFF, "the upstream's stream broke off: " + told(cause), cause);
    }

    /** The body ended before its end. */
    public static UpstreamException truncated(String how, @Nullable Throwable cause) {
        return passing(ErrorCode.UPSTREAM_TRUNCATED, "the upstream's answer was cut short: " + how, cause);
    }

    /** An event of type {@code error} stood in the stream. An overload, a rate limit and a fault of the server may pass. */
    public static UpstreamException errorEvent(String data) {
        String message = "the upstream sent an error event: " + cut(data);
        return PassingFailures.passesText(data)
                ? passing(ErrorCode.UPSTREAM_ERROR_EVENT, message, null)
                : lasting(ErrorCode.UPSTREAM_ERROR_EVENT, message, null);
    }

    /** A payload reported {@code error}, a JSON value. An overload, a rate limit and a fault of the server may pass. */
    public static UpstreamException errorPayload(Object error) {
        String message = "the upstream reported an error: " + cut(Json.write(error));
        return PassingFailures.passes(error)
                ? passing(ErrorCode.UPSTREAM_ERROR_PAYLOAD, message, null)
                : lasting(ErrorCode.UPSTREAM_ERROR_PAYLOAD, message, null);
    }

    /** A payload, or a whole body, was to be JSON. */
    public static UpstreamException notJson(String contentType, String text, @Nullable Throwable cause) {
        String type = contentType.isBlank() ? "no Content-Type" : "Content-Type: " + Values.cut(contentType, 100);
        return malformed("the upstream's answer is not JSON (" + type + "): " + cut(text), cause);
    }

    /** Something is not what it must be. */
    public static UpstreamException malformed(String how, @Nullable Throwable cause) {
        return lasting(ErrorCode.UPSTREAM_MALFORMED, how, cause);
    }

    /** Something is longer than a setting allows. */
    public static UpstreamException tooLong(String what, String setting, int maxBytes) {
        return lasting(
                ErrorCode.UPSTREAM_TOO_LARGE,
                "the upstream sent a longer " + what + " than " + setting + " allows, " + maxBytes + " bytes",
                null);
    }

    /** Where a request goes, without the path and without the user and password that a URL may hold. */
    public static String target(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String told(Throwable cause) {
        return cause instanceof IOException && cause.getMessage() != null
                ? cause.getMessage()
                : cause.getClass().getSimpleName();
    }

    /** {@code text}, shortened to what a message shows. */
    public static String cut(String text) {
        return Values.cut(text, SHOWN_CHARACTERS);
    }
}
