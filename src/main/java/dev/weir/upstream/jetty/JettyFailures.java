package dev.weir.upstream.jetty;

import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.address.AddressDenied;
import dev.weir.upstream.address.AddressLookup;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http2.hpack.HpackException;

/** Maps Jetty's exceptions to failures. It distinguishes them by type, since their messages name objects and addresses. */
final class JettyFailures {
    private JettyFailures() {}

    static UpstreamFailure of(Throwable failure, JettyCall.Progress progress) {
        if (failure instanceof UpstreamFailure known) {
            return known;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!progress.sent) {
            return beforeSending(cause);
        }
        return progress.headCame ? afterHead(cause) : beforeHead(cause, progress.reused);
    }

    private static UpstreamFailure beforeSending(Throwable cause) {
        if (cause instanceof AddressDenied) {
            return new UpstreamFailure(Kind.ADDRESS_DENIED, words(cause), cause);
        }
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            return new UpstreamFailure(Kind.HOST_UNKNOWN, "the host is unknown", cause);
        }
        if (cause instanceof SocketTimeoutException || cause instanceof TimeoutException) {
            return new UpstreamFailure(Kind.CONNECT_TIMED_OUT, "no connection came about in time", cause);
        }
        if (cause instanceof SSLException || cause instanceof NoHttp2) {
            return new UpstreamFailure(Kind.NOT_SECURE, words(cause), cause);
        }
        if (cause instanceof AddressLookup.NoThread) {
            return new UpstreamFailure(Kind.FAILED, words(cause), cause);
        }
        if (cause instanceof HttpResponseException response) {
            return new UpstreamFailure(
                    Kind.PROXY_REFUSED,
                    "the proxy answered " + response.getResponse().getStatus(),
                    cause);
        }
        if (cause instanceof RejectedExecutionException) {
            return new UpstreamFailure(Kind.QUEUE_FULL, "too many calls wait for a connection", cause);
        }
        if (cause instanceof ConnectException || cause instanceof SocketException) {
            return new UpstreamFailure(Kind.REFUSED, "the connection was refused", cause);
        }
        if (cause instanceof ProxyTunnel.Refused) {
            return new UpstreamFailure(Kind.PROXY_REFUSED, words(cause), cause);
        }
        if (cause instanceof Http2Call.HeadTooLong) {
            return new UpstreamFailure(Kind.FAILED, words(cause), cause);
        }
        if (cause instanceof IOException) {
            return new UpstreamFailure(Kind.NO_ANSWER, "the connection ended before the request could be sent", cause);
        }
        return new UpstreamFailure(
                Kind.FAILED, "the call failed: " + cause.getClass().getSimpleName(), cause);
    }

    private static UpstreamFailure beforeHead(Throwable cause, boolean reused) {
        if (cause instanceof HttpException
                || cause instanceof HpackException
                || cause instanceof HttpResponseException) {
            return malformed(cause);
        }
        if (cause instanceof SSLException && !reused) {
            // The TLS handshake begins when the request is sent.
            return new UpstreamFailure(Kind.NOT_SECURE, words(cause), cause);
        }
        if (cause instanceof StreamReset) {
            return new UpstreamFailure(Kind.NO_ANSWER, words(cause) + " before the answer came", cause);
        }
        if (cause instanceof IOException || cause instanceof TimeoutException) {
            return new UpstreamFailure(
                    Kind.NO_ANSWER,
                    (reused ? "a kept connection" : "the connection") + " ended before the answer came",
                    cause);
        }
        return new UpstreamFailure(
                Kind.FAILED, "the call failed: " + cause.getClass().getSimpleName(), cause);
    }

    private static UpstreamFailure afterHead(Throwable cause) {
        if (cause instanceof EOFException) {
            return new UpstreamFailure(Kind.TRUNCATED, "the connection ended before the answer", cause);
        }
        if (cause instanceof HttpException
                || cause instanceof HpackException
                || cause instanceof HttpResponseException) {
            return malformed(cause);
        }
        return new UpstreamFailure(
                Kind.BROKE_OFF, cause instanceof StreamReset ? words(cause) : "the connection broke off", cause);
    }

    /** The message of a failure, or the name of its type. */
    private static String words(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static UpstreamFailure malformed(Throwable failure) {
        Throwable cause =
                failure instanceof HttpResponseException && failure.getCause() != null ? failure.getCause() : failure;
        String reason = cause instanceof HttpException http ? http.getReason() : null;
        String shown = reason == null ? "" : ": " + reason;
        return new UpstreamFailure(Kind.MALFORMED, "answer breaks the rules of HTTP" + shown, cause);
    }
}
