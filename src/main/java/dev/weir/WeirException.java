package dev.weir;

import org.jspecify.annotations.Nullable;

/**
 * The base class of the failures that Weir reports to clients. The message is written for API clients: it names the place, the
 * value and the remedy, and contains no secret.
 */
public class WeirException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** Makes a failure without a cause. */
    public WeirException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * Makes a failure.
     *
     * @param cause not shown to clients; null for none
     */
    public WeirException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The failure of a request or a run that this server's shutdown prevents. */
    public static WeirException shuttingDown(@Nullable Throwable cause) {
        return new WeirException(ErrorCode.SHUTTING_DOWN, "the server is shutting down", cause);
    }

    /** The kind of failure, which determines the HTTP status. */
    public ErrorCode code() {
        return code;
    }

    /** The message, never null. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The same failure with its place before the message, such as {@code job 'a' (component 'b'): …}. */
    public WeirException at(String place) {
        return new WeirException(code, place + ": " + detail(), this);
    }

    /**
     * Returns {@code failure} itself if it is a {@link WeirException}, otherwise an {@link ErrorCode#INTERNAL} failure that wraps
     * it.
     */
    public static WeirException of(Throwable failure) {
        if (failure instanceof WeirException known) {
            return known;
        }
        return new WeirException(
                ErrorCode.INTERNAL, "unexpected " + failure.getClass().getSimpleName(), failure);
    }
}
