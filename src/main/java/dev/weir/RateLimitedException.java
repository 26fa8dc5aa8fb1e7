package dev.weir;

import java.time.Duration;

/** A reached limit of a caller, an address or a workflow. */
public final class RateLimitedException extends WeirException {
    private static final long serialVersionUID = 1L;

    private final String scope;
    private final Duration retryAfter;

    /**
     * Makes a failure with the code {@link ErrorCode#RATE_LIMITED}.
     *
     * @param scope what the limit applies to: {@code key}, {@code address} or {@code workflow}
     * @param retryAfter the time after which a retry may succeed
     */
    public RateLimitedException(String message, String scope, Duration retryAfter) {
        super(ErrorCode.RATE_LIMITED, message);
        this.scope = scope;
        this.retryAfter = retryAfter;
    }

    /** What the limit applies to: {@code key}, {@code address} or {@code workflow}. */
    public String scope() {
        return scope;
    }

    /** The time after which a retry may succeed, in whole seconds, at least 1. */
    public long retryAfterSeconds() {
        return Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    }
}
