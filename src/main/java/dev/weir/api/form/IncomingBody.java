package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request body on its way, which holds no thread: the server tells of bytes that have come, on its own threads, and they are only
 * copied there. It ends once, with all bytes or with a failure; after that the server's stream is not touched, which Payara gives to
 * another request. Thread-safe.
 */
final class IncomingBody implements ReadListener {
    /** How many times the longest pause the whole body may take. */
    static final int WHOLE = 20;

    private static final int PIECE_BYTES = 16 * 1024;
    private static final System.Logger LOG = System.getLogger(IncomingBody.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final ServletInputStream in;
    private final Bounds bounds;
    private final BodyStore store;
    private final Tasks tasks;
    private final Timers timers;
    private final Outcome outcome;
    private final LongSupplier nanos;
    private final long begin;
    // Guarded by the lock:
    private long last;
    private long received;
    private boolean reading;
    private boolean ended;
    private Cancellation.@Nullable Registration timer;

    /**
     * What is allowed.
     *
     * @param length as the request declares it, or {@link BodyHeaders#UNKNOWN}
     * @param pause the longest without a byte; above zero
     */
    record Bounds(long length, BodyLimits limits, Duration pause) {}

    /**
     * Takes the end; one of the two consumers is called once, and must neither block nor throw.
     *
     * @param released called before either, when the server's stream is not touched any more
     */
    record Outcome(Consumer<IncomingBody> released, Consumer<ReceivedBody> arrived, Consumer<WeirException> failed) {}

    /** @param store closed by this */
    IncomingBody(
            ServletInputStream in,
            Bounds bounds,
            BodyStore store,
            Tasks tasks,
            Timers timers,
            LongSupplier nanos,
            Outcome outcome) {
        this.tasks = tasks;
        this.in = in;
        this.bounds = bounds;
        this.store = store;
        this.timers = timers;
        this.nanos = nanos;
        this.outcome = outcome;
        this.begin = nanos.getAsLong();
        this.last = begin;
    }

    /** Has the server tell of bytes, from this call on. On the request's thread, once. */
    void begin() {
        schedule(bounds.pause());
        try {
            if (!hasEnded()) {
                in.setReadListener(this);
            }
        } catch (RuntimeException | Error e) {
            fail(WeirException.of(e));
        }
    }

    private void schedule(Duration delay) {
        List<Throwable> refusals = new ArrayList<>(1);
        lock.lock();
        try {
            if (!ended) {
                timer = timers.after(delay, () -> tasks.execute(this::look, refusal -> look()), refusals::add);
            }
        } finally {
            lock.unlock();
        }
        refusals.forEach(refusal -> fail(WeirException.shuttingDown(refusal)));
    }

    /** Fails a body that is too slow, or looks again when it may be. */
    private void look() {
        Duration pause = bounds.pause();
        long now = nanos.getAsLong();
        long pauseLeft;
        lock.lock();
        try {
            pauseLeft = last + pause.toNanos() - now;
        } finally {
            lock.unlock();
        }
        long wholeLeft = begin + pause.toNanos() * WHOLE - now;
        if (pauseLeft <= 0) {
            fail(timedOut("brought nothing for " + pause.toMillis() + " ms (weir.http.body-timeout)"));
        } else if (wholeLeft <= 0) {
            fail(timedOut("took longer than " + pause.toMillis() * WHOLE + " ms (" + WHOLE
                    + " times weir.http.body-timeout)"));
        } else {
            schedule(Duration.ofNanos(Math.min(pauseLeft, wholeLeft)));
        }
    }

    private static WeirException timedOut(String how) {
        return new WeirException(ErrorCode.BODY_TIMED_OUT, "the request body " + how + ": send it faster");
    }

    @Override
    public void onDataAvailable() {
        WeirException failure = null;
        lock.lock();
        try {
            copy();
        } catch (IOException e) {
            failure = brokenOff(e);
        } catch (RuntimeException | Error e) {
            failure = WeirException.of(e);
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            fail(failure);
        }
    }

    private void copy() throws IOException {
        if (reading) {
            return; // The server tells of bytes within a call that looks for them, and that call's loop takes them.
        }
        reading = true;
        try {
            byte[] piece = new byte[PIECE_BYTES];
            while (!ended && in.isReady()) {
                int count = in.read(piece);
                if (count < 0 || ended) {
                    return;
                }
                received += count;
                last = nanos.getAsLong();
                bounds.limits().requireLength(received);
                store.append(piece, count);
            }
        } finally {
            reading = false;
        }
    }

    @Override
    public void onAllDataRead() {
        boolean whole;
        lock.lock();
        try {
            if (ended) {
                return;
            }
            whole = bounds.length() == BodyHeaders.UNKNOWN || bounds.length() == received;
            if (whole) {
                end();
            }
        } finally {
            lock.unlock();
        }
        if (whole) {
            arrived();
        } else {
            fail(brokenOff(null));
        }
    }

    private void arrived() {
        ReceivedBody body;
        try {
            body = store.received();
        } catch (RuntimeException | Error e) {
            store.close();
            outcome.released().accept(this);
            outcome.failed().accept(WeirException.of(e));
            return;
        }
        outcome.released().accept(this);
        outcome.arrived().accept(body);
    }

    @Override
    public void onError(Throwable cause) {
        fail(brokenOff(cause));
    }

    static WeirException brokenOff(@Nullable Throwable cause) {
        LOG.log(Level.DEBUG, "a request body broke off: {0}", String.valueOf(cause));
        return new WeirException(ErrorCode.MALFORMED_REQUEST, "the request body broke off", cause);
    }

    /** Ends a body that has not ended; waits for a copy that is under way. */
    void fail(WeirException failure) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            end();
        } finally {
            lock.unlock();
        }
        store.close();
        outcome.released().accept(this);
        outcome.failed().accept(failure);
    }

    private boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        ended = true;
        Cancellation.Registration there = timer;
        timer = null;
        if (there != null) {
            there.close();
        }
    }
}
