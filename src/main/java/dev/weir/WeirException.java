package dev.weir;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that Weir throws on purpose. Its message is written for the caller of the API: it names the place, the
 * value and the remedy, and holds no secret.
 */
public class WeirException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public WeirException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public WeirException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What a run is told that cannot begin or go on because this server ends. */
    public static WeirException shuttingDown(@Nullable Throwable cause) {
        return new WeirException(ErrorCode.SHUTTING_DOWN, "the server is shutting down", cause);
    }

    /** What kind of failure this is; decides the HTTP status. */
    public ErrorCode code() {
        return code;
    }

    /** The message, which is never null here. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The same failure told with where it happened, such as {@code job 'a' (component 'b'): …}. */
    public WeirException at(String place) {
        return new WeirException(code, place + ": " + detail(), this);
    }

    /** {@code failure} itself if it is of this family, otherwise an {@link ErrorCode#INTERNAL} one that wraps it. */
    public static WeirException of(Throwable failure) {
        if (failure instanceof WeirException known) {
            return known;
        }
        return new WeirException(
                ErrorCode.INTERNAL, "unexpected " + failure.getClass().getSimpleName(), failure);
    }
}
