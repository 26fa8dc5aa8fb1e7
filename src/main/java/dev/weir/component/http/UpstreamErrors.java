package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/** What can go wrong with an upstream, told apart and put into words. */
final class UpstreamErrors {
    /** How much of an upstream's answer stands in a message, in characters. */
    static final int SHOWN_CHARACTERS = 2048;

    private UpstreamErrors() {}

    /** No answer came. */
    static WeirException noAnswer(URI uri, Throwable failure) {
        Throwable cause = root(failure);
        // Without the user and password that a URL may hold.
        String target = uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        if (cause instanceof WeirException known) {
            return known;
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return new WeirException(ErrorCode.TIMED_OUT, "connecting to " + target + " took too long", cause);
        }
        if (cause instanceof HttpTimeoutException) {
            return new WeirException(ErrorCode.TIMED_OUT, target + " did not answer in time", cause);
        }
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return failed("the host of " + target + " is unknown", cause);
        }
        if (cause instanceof ConnectException) {
            boolean unresolved = hasCause(cause, UnresolvedAddressException.class);
            return failed(
                    unresolved ? "the host of " + target + " is unknown" : target + " refused the connection", cause);
        }
        if (cause instanceof SSLException) {
            return failed("no secure connection to " + target + ": " + cause.getMessage(), cause);
        }
        return failed("no answer from " + target + ": " + told(cause), cause);
    }

    /** The answer's status says that it failed. */
    static WeirException status(int status, String body) {
        String shown = body.isBlank() ? "" : ": " + cut(body.strip());
        return new WeirException(ErrorCode.UPSTREAM_FAILED, "the upstream answered " + status + shown);
    }

    /** The body broke off. */
    static WeirException brokenStream(Throwable failure) {
        Throwable cause = root(failure);
        return cause instanceof WeirException known
                ? known
                : failed("the upstream's stream broke off: " + told(cause), cause);
    }

    private static WeirException failed(String message, Throwable cause) {
        return new WeirException(ErrorCode.UPSTREAM_FAILED, message, cause);
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
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
    static String cut(String text) {
        return Values.cut(text, SHOWN_CHARACTERS);
    }
}
