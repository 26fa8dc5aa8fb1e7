package dev.weir.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers that record long delays and end them at once. */
final class ImpatientTimers extends ScheduledThreadPoolExecutor {
    private static final long LONG_MILLIS = 1000;

    private final List<Duration> longWaits = new CopyOnWriteArrayList<>();

    ImpatientTimers() {
        super(1);
    }

    List<Duration> longWaits() {
        return List.copyOf(longWaits);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (unit.toMillis(delay) < LONG_MILLIS) {
            return super.schedule(task, delay, unit);
        }
        longWaits.add(Duration.ofNanos(unit.toNanos(delay)));
        return super.schedule(task, 1, TimeUnit.MILLISECONDS);
    }
}
