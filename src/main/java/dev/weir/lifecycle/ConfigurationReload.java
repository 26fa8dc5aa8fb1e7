package dev.weir.lifecycle;

import dev.weir.stream.Cancellation;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Loads the configuration, and reloads it after each save. One load runs at a time, so that the newest save is served last. If
 * files are saved while they are read, the configuration is read again before it is served. A failed load is logged and retried
 * after a growing pause. Thread-safe.
 */
public final class ConfigurationReload implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ConfigurationReload.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final int MOST_READINGS = 5;
    /** Limits the pause before a retry to eight seconds. */
    private static final int MOST_DOUBLINGS = 3;

    private final Loader loader;
    private final Timers timers;
    private final Tasks tasks;
    private final LongSupplier nanos;
    private final ConfigurationWatch watch;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean refused = new AtomicBoolean();
    // Used only by the thread that has set {@code busy}:
    private int failures;
    private long failedAt;

    private volatile Cancellation.Registration looks = () -> {};
    private volatile boolean ended;

    /** Reads the configuration and serves it. */
    @FunctionalInterface
    public interface Loader {
        /**
         * Reads the configuration and serves it, or serves its problems. May block.
         *
         * @param current called after the files were read: whether they should still be served
         * @return the further files that the configuration names; empty if it was not served
         */
        Optional<List<Path>> load(BooleanSupplier current);
    }

    /**
     * Begins without a load.
     *
     * @param files the files of the configuration, at least one
     * @param timers trigger the checks for saves
     * @param tasks run the checks and the loads, which block
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    public ConfigurationReload(List<Path> files, Loader loader, Timers timers, Tasks tasks, LongSupplier nanos) {
        this.loader = loader;
        this.timers = timers;
        this.tasks = tasks;
        this.nanos = nanos;
        this.watch = new ConfigurationWatch(files, nanos);
    }

    /** Loads for the first time, on this thread. To be called before {@link #begin}. An exception of the load is thrown. */
    public void load() {
        ConfigurationWatch.Reading reading = watch.begin();
        loader.load(() -> true).ifPresent(reading::served);
    }

    /** Begins to check for saves. */
    public void begin() {
        looks = timers.every(
                LOOK_EVERY,
                this::lookLater,
                reason -> LOG.log(
                        Level.ERROR, "configuration files are not watched (no timer): saves need a restart", reason));
        if (ended) {
            looks.close();
        }
    }

    private void lookLater() {
        if (!ended && busy.compareAndSet(false, true)) {
            tasks.execute(this::lookAndRest, reason -> {
                busy.set(false);
                if (refused.compareAndSet(false, true)) {
                    LOG.log(
                            Level.WARNING,
                            "configuration files could not be checked (no thread): the next check follows",
                            reason);
                }
            });
        }
    }

    private void lookAndRest() {
        refused.set(false);
        try {
            look();
        } catch (Throwable e) {
            failedAt = nanos.getAsLong();
            failures++;
            LOG.log(
                    Level.ERROR,
                    "configuration was saved and could not be loaded (next try in " + pause().toSeconds()
                            + " s): the previous configuration is still served",
                    e);
        } finally {
            busy.set(false);
        }
    }

    private void look() {
        boolean due = watch.isDue();
        if (failures > 0 && nanos.getAsLong() - failedAt < pause().toNanos()) {
            return;
        }
        if (due || failures > 0) {
            for (int i = 1; i <= MOST_READINGS && !ended; i++) {
                if (isServed(i == MOST_READINGS)) {
                    failures = 0;
                    return;
                }
            }
        }
    }

    /** Reads once; false if the files were saved meanwhile, so that the result was not served. */
    private boolean isServed(boolean last) {
        ConfigurationWatch.Reading reading = watch.begin();
        Optional<List<Path>> named = loader.load(() -> !ended && (reading.isCurrent() || (last && watch.isLate())));
        named.ifPresent(reading::served);
        return named.isPresent();
    }

    private Duration pause() {
        return Duration.ofSeconds(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    }

    /** Starts no further load, and does not serve a configuration that is being read. Does not wait for a load. */
    @Override
    public void close() {
        ended = true;
        looks.close();
    }
}
