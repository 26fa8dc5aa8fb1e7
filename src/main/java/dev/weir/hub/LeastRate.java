package dev.weir.hub;

import java.io.IOException;
import java.time.Duration;

/** Ends an answer that goes on, but so slowly that it would never end. Used by one thread. */
final class LeastRate {
    private static final int BYTES_A_SECOND = 4_096;

    private final Duration window;
    private final long least;
    private long begun = System.nanoTime();
    private long before;

    /**
     * @param window as long as an answer may be silent; each brings so many bytes at least
     * @param bytes that are there
     */
    LeastRate(Duration window, long bytes) {
        this.window = window;
        this.before = bytes;
        this.least = least(window);
    }

    /** What comes in a window at the least. */
    static long least(Duration window) {
        return Math.max(1, BYTES_A_SECOND * window.toMillis() / 1000);
    }

    /**
     * Looks whether a window is over.
     *
     * @param bytes that have come so far
     * @throws IOException if too few of them came in it
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
