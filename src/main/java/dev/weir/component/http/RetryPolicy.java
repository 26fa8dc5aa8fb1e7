package dev.weir.component.http;

import dev.weir.component.http.error.UpstreamException;
import dev.weir.config.HttpTransport;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Decides when a failed call is tried again.
 *
 * @param maxRetries the largest number of retries, from 0
 * @param delay the wait before the first retry
 * @param backoff the factor between one wait and the next
 * @param longest the longest wait; if an upstream asks for a longer one, the call fails
 * @param random from 0 to 1, for the jitter that spreads the retries of many clients after a failure
 */
record RetryPolicy(int maxRetries, Duration delay, double backoff, Duration longest, DoubleSupplier random) {
    /** The largest jitter, as a fraction of the wait. */
    private static final double JITTER = 0.25;

    static RetryPolicy of(HttpTransport transport, Duration longest, DoubleSupplier random) {
        return new RetryPolicy(
                transport.maxRetries(), transport.retryDelay(), transport.retryBackoff(), longest, random);
    }

    /**
     * The wait before the next attempt; empty when the call must not be tried again.
     *
     * @param attempts the number of attempts made, from 1
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

    /** The failure that the call reports, with the number of attempts. */
    UpstreamException last(int attempts, UpstreamException failure) {
        String asked = failure.passes() && attempts <= maxRetries && asksTooMuch(failure)
                ? "; it asks to be called again after "
                        + failure.retryAfter().orElse(Duration.ZERO).toSeconds() + " s, longer than the timeout of "
                        + longest.toMillis() + " ms"
                : "";
        String made = attempts > 1 ? " (after " + attempts + " attempts)" : "";
        return asked.isEmpty() && made.isEmpty() ? failure : failure.withDetail(asked + made);
    }

    private boolean asksTooMuch(UpstreamException failure) {
        return failure.retryAfter()
                .filter(after -> after.compareTo(longest) > 0)
                .isPresent();
    }
}
