package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.StallGuard;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Carries an upstream's body into a chunk queue at the reader's pace: the next piece is requested only when every payload
 * of the last one is in the queue, so that a slow reader slows the upstream and not our heap.
 *
 * <p>Signals come from the HTTP client's threads and, when room frees up, from the reader's. They are serialised by a count
 * of signals: whoever raises it from zero does the work, the others leave theirs to him. A piece arrives only after it was
 * requested, and is requested only when nothing waits, so that its decoding needs no lock.
 */
final class UpstreamBody implements Flow.Subscriber<List<ByteBuffer>> {
    /** How long the upstream has to end its body after it said that nothing more follows, so that its connection is reused. */
    private static final long LINGER_MILLIS = 1000;

    private final BodyDecoder decoder;
    private final ScheduledExecutorService timers;
    private final StallGuard guard;
    private final ChunkQueue queue;
    private final Queue<Object> waiting = new ArrayDeque<>();
    private final AtomicInteger signals = new AtomicInteger();
    private Flow.@Nullable Subscription subscription;
    private boolean requested;
    /** The decoder has nothing more to give. */
    private boolean finished;

    private volatile @Nullable Future<?> linger;
    private volatile @Nullable WeirException failure;
    private volatile State state = State.OPEN;

    private enum State {
        OPEN,
        /** The upstream said that nothing more follows; its body may still have to end. */
        DONE,
        /** The body has ended. */
        ENDED
    }

    private UpstreamBody(BodyDecoder decoder, int capacity, Duration timeout, ScheduledExecutorService timers) {
        this.decoder = decoder;
        this.timers = timers;
        this.guard = new StallGuard(timers, timeout, () -> stalled(timeout));
        this.queue = new ChunkQueue(capacity);
    }

    /**
     * The payloads of {@code body}; closing the source ends the request.
     *
     * @param capacity the most payloads that wait beside those of one read
     * @param timeout the longest wait for the next piece
     */
    static ChunkSource read(
            Flow.Publisher<List<ByteBuffer>> body,
            BodyDecoder decoder,
            int capacity,
            Duration timeout,
            ScheduledExecutorService timers) {
        UpstreamBody reader = new UpstreamBody(decoder, capacity, timeout, timers);
        body.subscribe(reader);
        return reader.queue;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        guard.start();
        queue.onCancel(() -> {
            guard.end();
            subscription.cancel();
        });
        signal();
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        guard.notWaiting();
        if (state == State.OPEN) {
            decode(pieces);
        }
        requested = false;
        signal();
    }

    private void decode(List<ByteBuffer> pieces) {
        try {
            for (ByteBuffer piece : pieces) {
                if (!decoder.decode(piece, waiting::add)) {
                    finished = true;
                    state = State.DONE;
                    guard.end();
                    linger = timers.schedule(this::cut, LINGER_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                }
            }
        } catch (RuntimeException e) {
            failure = WeirException.of(e);
            cut();
        }
    }

    private void stalled(Duration timeout) {
        failure = new WeirException(
                ErrorCode.TIMED_OUT, "the upstream sent nothing more for " + timeout.toMillis() + " ms (timeout)");
        cut();
        signal();
    }

    private void cut() {
        state = State.ENDED;
        guard.end();
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onError(Throwable cause) {
        if (state == State.OPEN) {
            failure = UpstreamErrors.brokenStream(cause);
        }
        bodyEnded();
    }

    @Override
    public void onComplete() {
        bodyEnded();
    }

    private void bodyEnded() {
        state = State.ENDED;
        guard.end();
        Future<?> cut = linger;
        if (cut != null) {
            cut.cancel(false);
        }
        signal();
    }

    private void signal() {
        if (signals.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            advance();
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }

    private void advance() {
        if (!delivered()) {
            return;
        }
        if (state == State.ENDED && !finished && failure == null) {
            finish();
            if (!delivered()) {
                return;
            }
        }
        if (state != State.OPEN) {
            end();
        }
        if (state != State.ENDED && !requested && subscription != null) {
            requested = true;
            guard.waiting();
            subscription.request(1);
        }
    }

    /** True when nothing waits any more; false when the queue is full, and its reader will signal. */
    private boolean delivered() {
        while (!waiting.isEmpty()) {
            if (queue.offer(waiting.element())) {
                waiting.remove();
            } else if (queue.isCancelled()) {
                waiting.clear();
            } else {
                queue.onWritable(this::signal);
                return false;
            }
        }
        return true;
    }

    private void finish() {
        finished = true;
        try {
            decoder.finish(waiting::add);
        } catch (RuntimeException e) {
            failure = WeirException.of(e);
        }
    }

    private void end() {
        WeirException cause = failure;
        if (cause == null) {
            queue.complete();
        } else {
            queue.fail(cause);
        }
    }
}
