package dev.weir.component.http.error;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The failure of a call to an upstream, with the facts that a retry needs. */
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

    /** A lasting failure: the same call would fail again. */
    public static UpstreamException lasting(ErrorCode code, String message, @Nullable Throwable cause) {
        return new UpstreamException(code, message, cause, false, null);
    }

    /** This failure with the wait that the upstream asks for; null for none. */
    public UpstreamException retryAfter(@Nullable Duration wait) {
        return new UpstreamException(code(), detail(), getCause(), passing, wait);
    }

    /** This failure with {@code more} added to its message. */
    public UpstreamException withDetail(String more) {
        return new UpstreamException(code(), detail() + more, this, passing, retryAfter);
    }

    /** Whether the same call may succeed later. */
    public boolean passes() {
        return passing;
    }

    /** The wait that the upstream asks for; empty for none. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
