package dev.weir;

import java.time.Duration;

/** A reached limit of a caller, an address or a workflow. */
public final class RateLimitedException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * Makes a failure with the code {@link ErrorCode#RATE_LIMITED}.
     *
     * @param retryAfter the time after which a retry may succeed
     */
    public RateLimitedException(String message, Duration retryAfter) {
        super(ErrorCode.RATE_LIMITED, message);
        this.retryAfter = retryAfter;
    }

    /** The time after which a retry may succeed, in whole seconds, at least 1. */
    public long retryAfterSeconds() {
        return Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    }
}
