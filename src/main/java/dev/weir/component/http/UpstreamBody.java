package dev.weir.component.http;

import dev.weir.WeirException;
import dev.weir.component.http.body.BodyDecoder;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.StallGuard;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamFailure;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Carries an upstream's body into a chunk queue at the consumer's pace. The decoder is asked for the next payload, and the
 * upstream for the next bytes, only when the queue has room. A consumer that stalls therefore holds a queue, one payload
 * and one piece of the body.
 *
 * <p>Signals come from the client's threads, from the consumer when the queue gets room, and from timers. A count of
 * signals serialises them: the thread that raises it from zero does the work and also handles the signals of other threads.
 */
final class UpstreamBody implements AnswerReceiver.Body {
    private static final System.Logger LOG = System.getLogger(UpstreamBody.class.getName());
    /**
     * After the stream's end the upstream may end its body within this time and {@code LINGER_BYTES}, so that its
     * connection is reused.
     */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final int LINGER_BYTES = 64 << 10;

    private final UpstreamCall call;
    private final String announced;
    private final BodyDecoder decoder;
    private final CallContext context;
    private final StallGuard guard;
    private final ChunkQueue queue;
    private final AtomicInteger signals = new AtomicInteger();
    private Cancellation.Registration expiry = () -> {};
    private Cancellation.Registration cancelling = () -> {};
    private Cancellation.Registration linger = () -> {};
    /** A payload that the full queue refused. */
    private @Nullable Object held;

    private boolean requested;
    /** {@code decoder.end()} has been called. */
    private boolean finished;
    /** The failure that ends the stream, once the queue has taken the payloads before it. */
    private @Nullable WeirException failure;

    private int lingered;
    private State state = State.OPEN;
    /** The thread inside {@code call.request()}, which may deliver bytes before it returns. No other thread ever equals it. */
    private @Nullable Thread requester;

    private volatile @Nullable ByteBuffer arrived;
    private volatile boolean bodyEnded;
    private volatile @Nullable UpstreamFailure bodyFailure;
    private volatile boolean closed;
    private volatile boolean lingerExpired;
    /** The reason to end the body before the upstream ends it. */
    private volatile @Nullable WeirException overdue;

    private enum State {
        OPEN,
        /** The queue has its end; the upstream may still have to end its body. */
        LINGERING,
        /** Reading has ended and everything is released. */
        RELEASED
    }

    private UpstreamBody(UpstreamCall call, String announced, BodyDecoder decoder, CallContext context) {
        this.call = call;
        this.announced = announced;
        this.decoder = decoder;
        this.context = context;
        this.guard = new StallGuard(
                context.timers(),
                context.timeout(),
                () -> giveUp(UpstreamErrors.stalled(context.timeout())),
                () -> giveUp(UpstreamErrors.noTimer()));
        this.queue = new ChunkQueue(
                context.limits().streamCapacity(), context.limits().streamCapacityBytes());
    }

    /**
     * The payloads of a body. Closing the source, the end of the run and the total time-out each end the call. In every
     * case the decoder is closed, and timers and registrations are removed.
     *
     * @param announced the header that gives the body's length, for the message when the body is cut short; empty for none
     */
    static ChunkSource read(
            UpstreamCall call, AnswerReceiver answer, String announced, BodyDecoder decoder, CallContext context) {
        UpstreamBody body = new UpstreamBody(call, announced, decoder, context);
        body.start(answer);
        return body.queue;
    }

    private void start(AnswerReceiver answer) {
        signals.incrementAndGet(); // Signals that arrive now wait until everything is attached.
        try {
            attach(answer);
        } catch (RuntimeException | Error e) {
            giveUp(WeirException.of(e));
        }
        work(1);
    }

    private void attach(AnswerReceiver answer) {
        guard.start();
        expiry = context.deadline().onExpiry(this::giveUp);
        queue.onCancel(() -> {
            closed = true;
            call.cancel();
            signal();
        });
        cancelling = context.cancellation().onCancel(queue::close);
        answer.read(this);
    }

    @Override
    public void onPiece(ByteBuffer piece) {
        if (requester == Thread.currentThread()) {
            take(piece);
            signals.incrementAndGet();
            return;
        }
        if (signals.compareAndSet(0, 1)) {
            arrived = piece;
            work(1);
        } else {
            // The client reuses its buffer after this call, but another thread will read the bytes later: copy them.
            arrived = ByteBuffer.allocate(piece.remaining()).put(piece).flip();
            signal();
        }
    }

    @Override
    public void onEnd() {
        bodyEnded = true;
        signal();
    }

    @Override
    public void onFailure(UpstreamFailure failure) {
        bodyFailure = failure;
        signal();
    }

    private void giveUp(WeirException why) {
        overdue = why;
        signal();
    }

    private void signal() {
        if (signals.getAndIncrement() == 0) {
            work(1);
        }
    }

    private void work(int first) {
        int seen = first;
        do {
            try {
                advance();
            } catch (RuntimeException | Error e) {
                try {
                    failInternally(e);
                } catch (RuntimeException | Error again) {
                    // Resources are released all the same; the count of signals must return to zero.
                    e.addSuppressed(again);
                }
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Ends the stream after a fault of this program: its state may be inconsistent for later signals. */
    private void failInternally(Throwable fault) {
        try {
            call.cancel();
            queue.fail(WeirException.of(fault));
        } finally {
            release();
        }
        LOG.log(Level.ERROR, "the answer of an upstream could not be delivered", fault);
    }

    private void advance() {
        if (state == State.RELEASED) {
            return;
        }
        // Read before the last bytes: they were stored before the end was.
        boolean ended = bodyEnded || bodyFailure != null;
        ByteBuffer piece = arrived;
        if (piece != null) {
            arrived = null;
            take(piece);
        }
        if (state == State.OPEN) {
            pump(ended);
        }
        if (state == State.LINGERING) {
            lingerOn(ended);
        }
    }

    private void take(ByteBuffer piece) {
        requested = false;
        guard.notWaiting();
        if (state != State.OPEN) {
            lingered += piece.remaining();
            return;
        }
        try {
            decoder.add(piece);
        } catch (RuntimeException | Error e) {
            fail(WeirException.of(e));
        }
    }

    private void pump(boolean ended) {
        WeirException late = overdue;
        if (closed) {
            release();
        } else if (late != null) {
            fail(late);
        }
        while (state == State.OPEN && delivered()) {
            if (failure != null) {
                queue.fail(failure);
                release();
                return;
            }
            try {
                held = decoder.next();
                if (held == null && !decoded(ended)) {
                    return;
                }
            } catch (RuntimeException | Error e) {
                fail(WeirException.of(e));
            }
        }
    }

    /** The step after the decoder has no payload. False when the decoder needs more bytes first. */
    private boolean decoded(boolean ended) {
        UpstreamFailure broken = bodyFailure;
        if (decoder.isDone()) {
            end(ended);
        } else if (!ended) {
            request();
            return false;
        } else if (broken != null) {
            fail(UpstreamErrors.brokenStream(broken, announced));
        } else if (finished) {
            end(true);
        } else {
            finished = true;
            decoder.end();
        }
        return true;
    }

    private void request() {
        if (!requested) {
            requested = true;
            guard.waiting();
            requester = Thread.currentThread();
            call.request();
            requester = null;
        }
    }

    /** True when no payload is held. False when the queue is full: its consumer will signal. */
    private boolean delivered() {
        Object payload = held;
        if (payload == null) {
            return true;
        }
        if (queue.offer(payload)) {
            held = null;
            return true;
        }
        if (queue.isCancelled()) {
            release();
        } else {
            queue.onWritable(this::signal);
        }
        return false;
    }

    private void fail(WeirException cause) {
        if (failure == null) {
            failure = cause;
            guard.end();
            call.cancel();
        }
    }

    private void end(boolean bodyHasEnded) {
        queue.complete();
        if (bodyHasEnded) {
            release();
            return;
        }
        state = State.LINGERING;
        detach();
        linger = context.timers()
                .after(
                        LINGER,
                        () -> {
                            lingerExpired = true;
                            signal();
                        },
                        refusal -> lingerExpired = true);
    }

    private void lingerOn(boolean ended) {
        if (ended || lingerExpired || lingered > LINGER_BYTES) {
            call.cancel();
            release();
        } else {
            request();
        }
    }

    /** Releases the resources that the body has of the run: timers, registrations and the decoder. */
    private void detach() {
        guard.end();
        expiry.close();
        cancelling.close();
        decoder.close();
    }

    private void release() {
        state = State.RELEASED;
        held = null;
        detach();
        linger.close();
    }
}
