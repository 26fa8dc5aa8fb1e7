package dev.weir.workflow;

import dev.weir.component.Output;
import dev.weir.security.Claim;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose chunks wait for their turn. One is held here meanwhile, the queue behind it fills, and whoever makes the
 * chunks is slowed down: none is lost. The end has no turn to wait for.
 */
final class PacedSource implements ChunkSource {
    private static final long LONGEST_WAIT_NANOS = TimeUnit.DAYS.toNanos(1);

    private final ChunkSource chunks;
    private final Claim claim;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final ScheduledExecutorService timers;
    private final AtomicReference<@Nullable Runnable> whenReadable = new AtomicReference<>();
    private volatile @Nullable Future<?> turn;
    private boolean closed;
    private @Nullable Received held;
    private long due;

    /** @param nanos the clock of the claim's allowances */
    PacedSource(ChunkSource chunks, Claim claim, LongSupplier nanos, ScheduledExecutorService timers) {
        this.chunks = chunks;
        this.claim = claim;
        this.nanos = nanos;
        this.timers = timers;
    }

    /** {@code output} at the pace that is allowed to a run; what wants no pace stays as it is. */
    static Output paced(Output output, Run run, ScheduledExecutorService timers) {
        if (!(output instanceof Output.Streamed streamed) || !run.claim().hasPace()) {
            return output;
        }
        PacedSource paced = new PacedSource(streamed.chunks(), run.claim(), System::nanoTime, timers);
        run.cancellation().onCancel(paced::close);
        return new Output.Streamed(paced, streamed.content());
    }

    @Override
    public Received take() throws InterruptedException {
        if (held == null) {
            hold(chunks.take());
        }
        awaitUntil(due);
        return handOver();
    }

    @Override
    public @Nullable Received poll() {
        if (held == null) {
            hold(chunks.poll());
        }
        return held == null || isEarly() ? null : handOver();
    }

    @Override
    public @Nullable Received poll(Runnable whenReadable) {
        if (held == null) {
            hold(chunks.poll(whenReadable));
        }
        if (held == null) {
            return null;
        }
        this.whenReadable.set(whenReadable);
        if (!isEarly()) {
            this.whenReadable.set(null);
            return handOver();
        }
        try {
            turn = timers.schedule(this::readable, due - nanos.getAsLong(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The application is ending, and closes what waits.
        }
        return null;
    }

    private void readable() {
        Runnable action = whenReadable.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public @Nullable Received poll(Duration timeout) throws InterruptedException {
        long deadline = nanos.getAsLong() + nanos(timeout);
        if (held == null) {
            hold(chunks.poll(timeout));
        }
        if (held == null) {
            return null;
        }
        awaitUntil(Math.min(due, deadline));
        return isEarly() ? null : handOver();
    }

    /** Who waits for ever says so in a number of years. */
    private static long nanos(Duration timeout) {
        return timeout.toDays() > 0 ? LONGEST_WAIT_NANOS : timeout.toNanos();
    }

    private void hold(@Nullable Received received) {
        held = received;
        due = nanos.getAsLong() + (received instanceof Received.Chunk ? claim.paceNanos() : 0);
    }

    private boolean isEarly() {
        return !isClosed() && due - nanos.getAsLong() > 0;
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void awaitUntil(long until) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (long left = until - nanos.getAsLong(); left > 0 && !closed; left = until - nanos.getAsLong()) {
                woken.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What was held; after closing, what the source says of that. */
    private Received handOver() {
        Received received = held;
        held = null;
        Received after = isClosed() && received instanceof Received.Chunk ? chunks.poll() : received;
        return after == null ? Objects.requireNonNull(received) : after;
    }

    @Override
    public void close() {
        chunks.close();
        lock.lock();
        try {
            closed = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
        Future<?> awaited = turn;
        if (awaited != null) {
            awaited.cancel(false);
        }
        readable();
    }
}
