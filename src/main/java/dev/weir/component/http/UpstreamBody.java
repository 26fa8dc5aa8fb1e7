package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.component.http.body.BodyDecoder;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.StallGuard;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Carries an upstream's body into a chunk queue at the reader's pace: the next piece is requested only when every payload
 * of the last one is in the queue, so that a slow reader slows the upstream and not our heap.
 *
 * <p>Signals come from the HTTP client's threads and, when room frees up, from the reader's. They are serialised by a count
 * of signals: whoever raises it from zero does the work, the others leave theirs to him, so that decoding and handing out
 * need no lock.
 */
final class UpstreamBody implements Flow.Subscriber<List<ByteBuffer>> {
    /** How long the upstream has to end its body after it said that nothing more follows, so that its connection is reused. */
    private static final long LINGER_MILLIS = 1000;

    private final BodyDecoder decoder;
    private final CallContext context;
    private final StallGuard guard;
    private final ChunkQueue queue;
    private final Queue<Object> waiting = new ArrayDeque<>();
    private final AtomicInteger signals = new AtomicInteger();
    private Flow.@Nullable Subscription subscription;
    private boolean requested;
    private Cancellation.@Nullable Registration expiry;
    /** The decoder has nothing more to give. */
    private boolean finished;

    private volatile @Nullable List<ByteBuffer> arrived;
    private volatile boolean upstreamEnded;
    private volatile @Nullable Throwable error;
    private volatile @Nullable Future<?> linger;
    private volatile @Nullable WeirException failure;
    /** Why the body is to end though the upstream has not ended it. */
    private volatile @Nullable WeirException overdue;

    private volatile State state = State.OPEN;

    private enum State {
        OPEN,
        /** The upstream said that nothing more follows; its body may still have to end. */
        DONE,
        /** The body has ended. */
        ENDED
    }

    private UpstreamBody(BodyDecoder decoder, CallContext context) {
        this.decoder = decoder;
        this.context = context;
        this.guard = new StallGuard(
                context.timers(), context.timeout(), () -> giveUp(UpstreamErrors.stalled(context.timeout())));
        this.queue = new ChunkQueue(context.limits().streamCapacity());
    }

    /**
     * The payloads of {@code body}, of which at most a queue's worth wait beside those of one read; closing the source ends
     * the request, as does the end of the call's time.
     */
    static ChunkSource read(Flow.Publisher<List<ByteBuffer>> body, BodyDecoder decoder, CallContext context) {
        UpstreamBody reader = new UpstreamBody(decoder, context);
        body.subscribe(reader);
        return reader.queue;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        guard.start();
        expiry = context.deadline().onExpiry(this::giveUp);
        queue.onCancel(() -> {
            over();
            subscription.cancel();
        });
        signal();
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        guard.notWaiting();
        arrived = pieces;
        signal();
    }

    private void decode(List<ByteBuffer> pieces) {
        try {
            for (ByteBuffer piece : pieces) {
                decoder.add(piece);
                drain();
                if (decoder.isDone()) {
                    finished = true;
                    state = State.DONE;
                    over();
                    linger = context.timers().schedule(this::cut, LINGER_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                }
            }
        } catch (RuntimeException e) {
            failure = WeirException.of(e);
            cut();
        }
    }

    private void drain() {
        for (Object payload = decoder.next(); payload != null; payload = decoder.next()) {
            waiting.add(payload);
        }
    }

    private void giveUp(WeirException why) {
        overdue = why;
        signal();
    }

    /** Nothing is waited for any more. */
    private void over() {
        guard.end();
        Cancellation.Registration registered = expiry;
        if (registered != null) {
            registered.close();
        }
    }

    private void cut() {
        state = State.ENDED;
        over();
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onError(Throwable cause) {
        error = cause;
        upstreamEnded = true;
        signal();
    }

    @Override
    public void onComplete() {
        upstreamEnded = true;
        signal();
    }

    private void bodyEnded() {
        Throwable cause = error;
        if (state == State.OPEN && cause != null) {
            failure = UpstreamErrors.brokenStream(cause);
        }
        state = State.ENDED;
        over();
        Future<?> cut = linger;
        if (cut != null) {
            cut.cancel(false);
        }
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
        WeirException late = overdue;
        if (late != null && state == State.OPEN) {
            failure = late;
            cut();
        }
        // Read before the last piece, which came before the end.
        boolean ended = upstreamEnded;
        List<ByteBuffer> pieces = arrived;
        if (pieces != null) {
            arrived = null;
            requested = false;
            if (state == State.OPEN) {
                decode(pieces);
            }
        }
        if (ended && state != State.ENDED) {
            bodyEnded();
        }
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
            decoder.end();
            drain();
        } catch (RuntimeException e) {
            failure = WeirException.of(e);
        }
    }

    private void end() {
        decoder.close();
        WeirException cause = failure;
        if (cause == null) {
            queue.complete();
        } else {
            queue.fail(cause);
        }
    }
}
