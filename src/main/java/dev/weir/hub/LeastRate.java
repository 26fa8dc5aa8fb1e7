package dev.weir.hub;

import java.io.IOException;
import java.time.Duration;

/** The minimum rate of a response: ends a response that is so slow that it would never finish. Used by one thread. */
final class LeastRate {
    private static final int BYTES_A_SECOND = 4_096;

    private final Duration window;
    private final long least;
    private long begun = System.nanoTime();
    private long before;

    /**
     * Begins the first window.
     *
     * @param window the interval of a check, as long as the time-out of a silent response
     * @param bytes the bytes that are already loaded
     */
    LeastRate(Duration window, long bytes) {
        this.window = window;
        this.before = bytes;
        this.least = least(window);
    }

    /** Returns the minimum number of bytes in a window. */
    static long least(Duration window) {
        return Math.max(1, BYTES_A_SECOND * window.toMillis() / 1000);
    }

    /**
     * Checks the rate if a window has ended.
     *
     * @param bytes the bytes that are loaded so far
     * @throws IOException if too few bytes were loaded in the window
     */
    void check(long bytes) throws IOException {
        long now = System.nanoTime();
        if (now - begun < window.toNanos()) {
            return;
        }
        if (bytes - before < least) {
            throw new IOException("the answer came too slowly (at least " + BYTES_A_SECOND + " bytes a second)");
        }
        begun = now;
        before = bytes;
    }
}
