package dev.weir.inference.schedule;

/** Counts the tokens of the last whole second. Guarded by its owner. */
final class TokenRate {
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private long windowBegan = System.nanoTime();
    private long counted;
    private double perSecond;

    void add(int tokens) {
        turnOver();
        counted += tokens;
    }

    double perSecond() {
        turnOver();
        return perSecond;
    }

    private void turnOver() {
        long age = System.nanoTime() - windowBegan;
        if (age >= WINDOW_NANOS) {
            // After an idle window the old count says nothing about the present rate.
            perSecond = age < 2 * WINDOW_NANOS ? counted * (double) WINDOW_NANOS / age : 0;
            counted = 0;
            windowBegan += age;
        }
    }
}
