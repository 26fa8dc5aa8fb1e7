package dev.weir.component.http;

import dev.weir.component.http.error.UpstreamException;
import dev.weir.config.HttpTransport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When a failed call is tried again.
 *
 * @param maxRetries how often, from 0
 * @param delay the wait before the first retry
 * @param backoff by how much each wait is longer than the one before
 * @param longest the longest wait; an upstream that asks for more is not waited for
 * @param random from 0 to 1, for the jitter that keeps clients of a failed upstream from coming back all at once
 */
record RetryPolicy(int maxRetries, Duration delay, double backoff, Duration longest, DoubleSupplier random) {
    /** By which part of itself a wait may be longer. */
    private static final double JITTER = 0.25;

    static RetryPolicy of(HttpTransport transport, Duration longest, DoubleSupplier random) {
        return new RetryPolicy(
                transport.maxRetries(), transport.retryDelay(), transport.retryBackoff(), longest, random);
    }

    /**
     * How long to wait before the next attempt; empty when there is to be none.
     *
     * @param attempts how many were made, from 1
     */
    Optional<Duration> wait(int attempts, UpstreamException failure) {
        if (!failure.passes() || attempts > maxRetries || asksTooMuch(failure)) {
            return Optional.empty();
        }
        double millis = failure.retryAfter()
                .map(after -> (double) after.toMillis())
                .orElseGet(() ->
                        Math.min(delay.toMillis() * Math.pow(backoff, attempts - 1), (double) longest.toMillis()));
        return Optional.of(Duration.ofMillis((long) (millis * (1 + JITTER * random.getAsDouble()))));
    }

    /** The failure as it is told in the end. */
    UpstreamException last(int attempts, UpstreamException failure) {
        String asked = failure.passes() && attempts <= maxRetries && asksTooMuch(failure)
                ? "; it asks to be called again after "
                        + failure.retryAfter().orElse(Duration.ZERO).toSeconds() + " s, longer than the timeout of "
                        + longest.toMillis() + " ms"
                : "";
        String made = attempts > 1 ? " (after " + attempts + " attempts)" : "";
        return asked.isEmpty() && made.isEmpty() ? failure : failure.told(asked + made);
    }

    private boolean asksTooMuch(UpstreamException failure) {
        return failure.retryAfter()
                .filter(after -> after.compareTo(longest) > 0)
                .isPresent();
    }
}
