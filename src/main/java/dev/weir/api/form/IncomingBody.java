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
 * Receives one request body without a thread: the server calls this listener on its own threads, which only copy the bytes. Ends
 * once, with all bytes or with a failure. After that the server's stream is not touched: Payara reuses it for another request.
 * Thread-safe.
 */
final class IncomingBody implements ReadListener {
    /** The limit for the whole body, as a multiple of the longest pause. */
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
     * The limits of one body.
     *
     * @param length the declared length in bytes, or {@link BodyHeaders#UNKNOWN}
     * @param pause the longest time without a byte; above zero
     * @param asksForUpgrade whether the request asks for another protocol ({@code Upgrade})
     */
    record Bounds(long length, BodyLimits limits, Duration pause, boolean asksForUpgrade) {}

    /**
     * The listeners to the end. Either {@code arrived} or {@code failed} is called, once. They must neither block nor throw.
     *
     * @param released called before the other, when the server's stream is no longer in use
     */
    record Outcome(Consumer<IncomingBody> released, Consumer<ReceivedBody> arrived, Consumer<WeirException> failed) {}

    /**
     * Makes a body that {@link #begin} receives.
     *
     * @param store closed by the body
     */
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

    /** Registers this listener with the server. Called once, on the request's thread. */
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

    /** Fails a body that is too slow, else schedules the next check. */
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
        boolean whole = false;
        lock.lock();
        try {
            copy();
            whole = !ended && endsByItself();
            if (whole) {
                end();
            }
        } catch (IOException e) {
            failure = brokenOff(e);
        } catch (RuntimeException | Error e) {
            failure = WeirException.of(e);
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            fail(failure);
        } else if (whole) {
            arrived();
        }
    }

    /**
     * Whether the body ends with its last announced byte, without a word of the server. Payara does not tell the end of a body that
     * comes after a head with {@code Upgrade}. If it then changes to HTTP/2, the question for more bytes breaks the connection.
     */
    private boolean endsByItself() {
        return bounds.asksForUpgrade() && isWhole();
    }

    private boolean isWhole() {
        return bounds.length() != BodyHeaders.UNKNOWN && bounds.length() == received;
    }

    private void copy() throws IOException {
        if (reading) {
            return; // A nested call from isReady below: the loop there reads the bytes.
        }
        reading = true;
        try {
            byte[] piece = new byte[PIECE_BYTES];
            while (!ended && !endsByItself() && in.isReady()) {
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
            whole = bounds.length() == BodyHeaders.UNKNOWN || isWhole();
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

    /** Fails a body that has not ended. Waits for a copy in progress. */
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
