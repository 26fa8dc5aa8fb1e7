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
 * Runs batches one at a time, in the order of their arrival, because each uses all threads of ONNX Runtime. Thread-safe.
 *
 * <p>One thread of the executor is in use while there are batches. A waiting caller holds no thread.
 */
public final class BatchTurns implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BatchTurns.class.getName());
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Executor executor;
    private final Runnable interrupt;
    private final Runnable free;
    /** Has a permit once the resources of the batches are freed. */
    private final Semaphore freed = new Semaphore(0);
    // Guarded by this:
    private final Deque<Turn<?>> waiting = new ArrayDeque<>();
    private @Nullable Turn<?> reading;
    private boolean looping;
    private boolean freeing;

    private volatile boolean closed;

    /** A batch and the future of its result. */
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
     * Creates an empty queue.
     *
     * @param executor must not run a task on the submitting thread
     * @param interrupt ends the batch that is being read; must not block
     * @param free frees the resources of the batches; runs once, after {@link #close}, when no batch is being read
     */
    public BatchTurns(Executor executor, Runnable interrupt, Runnable free) {
        this.executor = executor;
        this.interrupt = interrupt;
        this.free = free;
    }

    /**
     * Queues {@code batch}. Returns at once.
     *
     * @return the result of the batch. The future completes on the executor's thread, which dependent stages must not block. It
     *     fails with {@link ErrorCode#NOT_READY} when this is closed or the executor has no thread, and with {@link
     *     ErrorCode#CANCELLED} as soon as the run is cancelled
     * @throws WeirException {@link ErrorCode#NOT_READY} if this is already closed
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
        Continuations.closing(turn.outcome, cancellation.onCancel(() -> cancel(turn)));
        if (begins) {
            begin();
        }
        return turn.outcome;
    }

    /** Cancels a batch: a waiting batch leaves the queue at once, the batch that is being read is interrupted. */
    private void cancel(Turn<?> turn) {
        synchronized (this) {
            waiting.remove(turn);
            if (reading == turn) {
                // The lock is held, so that the interrupt cannot hit the next batch.
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

    /** Takes all waiting batches. Called with the lock held. */
    private List<Turn<?>> takeAll() {
        List<Turn<?>> all = new ArrayList<>(waiting);
        waiting.clear();
        return all;
    }

    /** Returns true after {@link #close}: no batch begins any more. */
    public boolean isClosed() {
        return closed;
    }

    /** Returns a new {@link ErrorCode#NOT_READY} failure for a closed model. */
    public static WeirException closedFailure() {
        return new WeirException(ErrorCode.NOT_READY, "the model is closed");
    }

    /**
     * Interrupts the batch that is being read, fails the waiting ones, and waits at most ten seconds for the end. A batch that
     * takes longer frees the resources when it ends.
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
