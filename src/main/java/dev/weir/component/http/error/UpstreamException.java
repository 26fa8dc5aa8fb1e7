package dev.weir.component.http.error;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call that failed by the upstream's doing, with what a retry must know. */
public final class UpstreamException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;
    private final @Nullable Duration retryAfter;

    private UpstreamException(
            ErrorCode code, String message, @Nullable Throwable cause, boolean passing, @Nullable Duration retryAfter) {
        super(code, message, cause);
        this.passing = passing;
        this.retryAfter = retryAfter;
    }

    /** A failure that may pass: the same call may succeed later. */
    public static UpstreamException passing(ErrorCode code, String message, @Nullable Throwable cause) {
        return new UpstreamException(code, message, cause, true, null);
    }

    /** A failure that the same call would meet again. */
    public static UpstreamException lasting(ErrorCode code, String message, @Nullable Throwable cause) {
        return new UpstreamException(code, message, cause, false, null);
    }

    /** This failure, which passes after that time by the upstream's own word. */
    public UpstreamException retryAfter(@Nullable Duration wait) {
        return new UpstreamException(code(), detail(), getCause(), passing, wait);
    }

    /** This failure, told with {@code more}. */
    public UpstreamException told(String more) {
        return new UpstreamException(code(), detail() + more, this, passing, retryAfter);
    }

    /** Whether the same call may succeed later. */
    public boolean passes() {
        return passing;
    }

    /** How long the upstream asks to wait. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
