package dev.weir.fuzz;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs a fixed number of random cases, each with its own {@link Random} and its own time limit.
 *
 * <p>{@code weir.fuzz.count} is the number of cases and {@code weir.fuzz.seed} the base seed; the default seed is
 * constant, so that a build is repeatable. A failure names the seed of its case: {@code -Dweir.fuzz.seed=SEED
 * -Dweir.fuzz.count=1} runs that case alone.
 *
 * <p>The cases run one after the other on one daemon thread. A case that exceeds its limit fails the test; its thread
 * is interrupted, and the failure shows where it was.
 */
public final class Fuzz {

    private static final int DEFAULT_COUNT = 3000;

    private static final long DEFAULT_SEED = 20_261_130L;

    private static final Object DONE = new Object();

    private Fuzz() {}

    /** One random case. Any exception or assertion that leaves it is a failure. */
    @FunctionalInterface
    public interface Case {

        /**
         * Runs the case.
         *
         * @param random the source of everything that is random in the case: seeded, for this case alone
         */
        void run(Random random) throws Throwable;
    }

    /** The configured number of cases. */
    public static int count() {
        return Integer.getInteger("weir.fuzz.count", DEFAULT_COUNT);
    }

    /** The seed of the first case; each further case adds one. */
    public static long seed() {
        return Long.getLong("weir.fuzz.seed", DEFAULT_SEED);
    }

    /** Runs {@link #count()} cases. */
    public static void run(String name, Duration limit, Case each) {
        run(name, count(), limit, each);
    }

    /**
     * Runs {@code count} cases, each within {@code limit}.
     *
     * @param name the kind of the cases, for the failure
     * @throws AssertionError at the first case that fails or exceeds the limit, with the case's seed
     */
    public static void run(String name, int count, Duration limit, Case each) {
        long seed = seed();
        BlockingQueue<Object> ends = new ArrayBlockingQueue<>(1);
        BlockingQueue<Random> starts = new ArrayBlockingQueue<>(1);
        Thread thread = new Thread(() -> serve(starts, ends, each), "fuzz-" + name);
        thread.setDaemon(true);
        thread.start();
        try {
            for (int i = 0; i < count; i++) {
                starts.put(new Random(seed + i));
                Object end = ends.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
                if (end == null) {
                    throw failure(name, seed + i, i, "exceeds " + limit, stack(thread));
                }
                if (end instanceof Throwable fault) {
                    throw failure(name, seed + i, i, "fails: " + fault, fault);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            thread.interrupt();
        }
    }

    private static void serve(BlockingQueue<Random> starts, BlockingQueue<Object> ends, Case each) {
        try {
            while (true) {
                Random random = starts.take();
                Object end = DONE;
                try {
                    each.run(random);
                } catch (Throwable e) {
                    end = e;
                }
                ends.put(end);
            }
        } catch (InterruptedException e) {
            // The interrupt ends the loop: no case remains.
        }
    }

    private static Throwable stack(Thread thread) {
        Throwable place = new Throwable("where the case was");
        place.setStackTrace(thread.getStackTrace());
        return place;
    }

    private static AssertionError failure(String name, long seed, int index, String fault, Throwable cause) {
        String text = "fuzz case of " + name + " " + fault + " (case " + index + ", -Dweir.fuzz.seed=" + seed
                + " -Dweir.fuzz.count=1 runs it alone)";
        System.err.println(text);
        return new AssertionError(text, cause);
    }
}
