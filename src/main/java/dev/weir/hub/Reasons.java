package dev.weir.hub;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;

/** Describes failures in words: the HTTP client throws some of its exceptions without a message. */
final class Reasons {
    private Reasons() {}

    static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "the host's name is not known";
            }
        }
        if (failure instanceof ConnectException && failure.getMessage() == null) {
            return "no connection";
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
