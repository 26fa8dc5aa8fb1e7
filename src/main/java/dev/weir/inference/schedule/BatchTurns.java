package dev.weir.inference.schedule;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Continuations;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads batches one at a time, in the order they came, since each takes as many threads as there are. A thread of the executor is taken
 * while there are batches; a caller that waits holds none. Thread-safe.
 */
public final class BatchTurns implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BatchTurns.class.getName());
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Executor executor;
    private final Runnable interrupt;
    private final Runnable free;
    /** Has a permit when what the batches use is free. */
    private final Semaphore freed = new Semaphore(0);
    // Guarded by this:
    private final Deque<Turn<?>> waiting = new ArrayDeque<>();
    private @Nullable Turn<?> reading;
    private boolean looping;
    private boolean freeing;

    private volatile boolean closed;

    /** One batch, and the future that is its outcome. */
    private static final class Turn<T> {
        private final Supplier<T> batch;
        private final Cancellation cancellation;
        private final CompletableFuture<T> outcome = new CompletableFuture<>();

        Turn(Supplier<T> batch, Cancellation cancellation) {
            this.batch = batch;
            this.cancellation = cancellation;
        }

        void read() {
            try {
                cancellation.throwIfCancelled();
                outcome.complete(batch.get());
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        void fail(Throwable failure) {
            outcome.completeExceptionally(failure);
        }
    }

    /**
     * @param executor must not run a batch on the thread that hands it over
     * @param interrupt ends the batch that is being read; must not block
     * @param free frees what the batches use, once, when this is closed and none is being read
     */
    public BatchTurns(Executor executor, Runnable interrupt, Runnable free) {
        this.executor = executor;
        this.interrupt = interrupt;
        this.free = free;
    }

    /**
     * Reads {@code batch} when its turn has come. Returns at once. The future completes on the executor's thread, which what follows must
     * not hold up; it fails with {@link ErrorCode#NOT_READY} when this is closed or no thread can be had, and with {@link
     * ErrorCode#CANCELLED} as soon as the run is cancelled.
     */
    <T> CompletableFuture<T> read(Supplier<T> batch, Cancellation cancellation) {
        Turn<T> turn = new Turn<>(batch, cancellation);
        boolean begins;
        synchronized (this) {
            if (closed) {
                throw closedFailure();
            }
            waiting.add(turn);
            begins = !looping;
            looping = true;
        }
        Continuations.closing(turn.outcome, cancellation.onCancel(() -> leave(turn)));
        if (begins) {
            begin();
        }
        return turn.outcome;
    }

    /** One that waits leaves at once; one that is being read is ended. */
    private void leave(Turn<?> turn) {
        synchronized (this) {
            waiting.remove(turn);
            if (reading == turn) {
                // With the lock held: the next batch must not be ended in its place.
                interrupt.run();
                return;
            }
        }
        try {
            turn.cancellation.throwIfCancelled();
        } catch (WeirException e) {
            turn.fail(e);
        }
    }

    private void begin() {
        try {
            executor.execute(this::loop);
        } catch (RuntimeException | Error e) {
            List<Turn<?>> unread;
            synchronized (this) {
                looping = false;
                unread = takeAll();
            }
            WeirException failure = new WeirException(ErrorCode.NOT_READY, "the server has no thread for the model", e);
            LOG.log(Level.WARNING, "{0} batches ended: {1}", unread.size(), failure.detail());
            unread.forEach(turn -> turn.fail(failure));
            freeIfClosed();
        }
    }

    private void loop() {
        for (Turn<?> turn = next(); turn != null; turn = next()) {
            turn.read();
        }
        freeIfClosed();
    }

    private synchronized @Nullable Turn<?> next() {
        reading = closed ? null : waiting.poll();
        looping = reading != null;
        return reading;
    }

    /** Called with the lock held. */
    private List<Turn<?>> takeAll() {
        List<Turn<?>> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    /** Whether nothing is read any more. */
    public boolean isClosed() {
        return closed;
    }

    public static WeirException closedFailure() {
        return new WeirException(ErrorCode.NOT_READY, "the model is closed");
    }

    /**
     * Ends the batch that is being read, and fails those that wait. Waits for the one that is being read, at most ten seconds; a batch that
     * takes longer frees what it uses when it ends.
     */
    @Override
    public void close() {
        List<Turn<?>> unread;
        synchronized (this) {
            closed = true;
            unread = takeAll();
        }
        unread.forEach(turn -> turn.fail(closedFailure()));
        interrupt.run();
        freeIfClosed();
        try {
            if (freed.tryAcquire(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
                freed.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void freeIfClosed() {
        synchronized (this) {
            if (!closed || looping || freeing) {
                return;
            }
            freeing = true;
        }
        try {
            free.run();
        } finally {
            freed.release();
        }
    }
}
