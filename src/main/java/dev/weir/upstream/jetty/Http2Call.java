package dev.weir.upstream.jetty;

import dev.weir.upstream.Headers;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamClient;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.UpstreamReceiver;
import dev.weir.upstream.UpstreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One call over HTTP/2. Each attempt is an {@link Http2Exchange}. Signals come from the reader of the body, from the
 * selector thread and from a cancellation. A count of signals serialises them: the thread that raises it from zero does the
 * work and also handles the signals of other threads.
 */
final class Http2Call implements UpstreamCall {
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD");
    private static final int MAX_REPEATS = 5;

    private final Http2Client client;
    private final UpstreamRequest request;
    private final UpstreamReceiver receiver;
    private final AtomicInteger signals = new AtomicInteger();
    private final AtomicInteger wanted = new AtomicInteger();
    private final JettyCall.Progress progress = new JettyCall.Progress();
    private final long begun = System.nanoTime();
    private volatile @Nullable Http2Host host;
    private volatile @Nullable Http2Exchange exchange;
    /** The reason why the call cannot be sent. */
    private volatile @Nullable Throwable unsent;
    /** The exception of the receiver. */
    private volatile @Nullable Throwable broken;

    /** The client that takes over the call. */
    private volatile @Nullable UpstreamClient successor;
    /** The call of that client. */
    private volatile @Nullable UpstreamCall continued;

    private volatile boolean cut;
    private boolean ended;
    private int repeats;

    Http2Call(Http2Client client, UpstreamRequest request, UpstreamReceiver receiver) {
        this.client = client;
        this.request = request;
        this.receiver = receiver;
    }

    UpstreamRequest upstreamRequest() {
        return request;
    }

    /** Whether the call began at or before that {@link System#nanoTime()}. */
    boolean waitsSince(long nanoTime) {
        return begun - nanoTime <= 0;
    }

    /** Sets the host that the call waits for. */
    void waitsAt(Http2Host where) {
        host = where;
    }

    boolean isCancelled() {
        return cut;
    }

    /** Begins an attempt on a connection that has reserved a stream for it. */
    void sendOn(Http2Connection connection) {
        Http2Exchange next = new Http2Exchange(this, connection);
        int most = connection.maxHeadBytes();
        if (cut || Http2Request.headBytes(request) > most) {
            next.releasePlace();
            if (!cut) {
                fail(new HeadTooLong(most));
            }
            return;
        }
        progress.reused = connection.isReused();
        progress.sent = true;
        exchange = next;
        connection.send(Http2Request.begin(request), next);
        if (cut) {
            next.cancel();
        }
    }

    /** The rest of the body after its first piece, which is sent with the head; null for none. */
    Http2Request.@Nullable Rest rest(Stream stream, Http2Exchange attempt) {
        List<byte[]> body = request.body();
        return body.size() < 2 ? null : new Http2Request.Rest(stream, attempt, body.subList(1, body.size()));
    }

    /** Ends a call that cannot be sent. */
    void fail(Throwable why) {
        unsent = why;
        signal();
    }

    /** Passes the call to another client. No part of the request was sent. */
    void continueWith(UpstreamClient other) {
        successor = other;
        signal();
    }

    /** Runs {@code action} after a short delay, in which a pending end can arrive. */
    void later(Runnable action) {
        client.later(action);
    }

    @Override
    public void request() {
        wanted.incrementAndGet();
        UpstreamCall other = continued;
        if (other == null) {
            signal();
        } else {
            passOn(other);
        }
    }

    private void passOn(UpstreamCall other) {
        for (int more = wanted.getAndSet(0); more > 0; more--) {
            other.request();
        }
    }

    @Override
    public void cancel() {
        if (cut) {
            return;
        }
        cut = true;
        UpstreamCall other = continued;
        if (other != null) {
            other.cancel();
        }
        Http2Host waiting = host;
        if (waiting != null) {
            waiting.remove(this);
        }
        Http2Exchange running = exchange;
        if (running != null) {
            if (running.head() == null) {
                running.connection().ping();
            }
            running.cancel();
        }
        signal();
    }

    @Override
    public State state() {
        UpstreamCall other = continued;
        if (other != null) {
            return other.state();
        }
        if (exchange != null) {
            return State.SENT;
        }
        Http2Host waiting = host;
        return waiting != null && waiting.isFull() ? State.WAITING : State.CONNECTING;
    }

    void signal() {
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
        if (ended) {
            return;
        }
        if (cut) {
            reportEnd(new UpstreamFailure(Kind.CANCELLED, "the call was cancelled", null));
            return;
        }
        Throwable unsendable = unsent;
        if (unsendable != null) {
            reportEnd(client.failure(unsendable, progress));
            return;
        }
        Http2Exchange running = exchange;
        UpstreamClient next = successor;
        if (running != null) {
            advance(running);
        } else if (next != null) {
            continueNow(next);
        }
    }

    private void continueNow(UpstreamClient next) {
        ended = true; // The other call reports to the receiver.
        UpstreamCall other = next.send(request, receiver);
        continued = other;
        passOn(other);
        if (cut) {
            other.cancel();
        }
    }

    private void advance(Http2Exchange running) {
        // Read both before the pieces: the pieces were stored before them.
        boolean whole = running.isWhole();
        Throwable failure = running.failure();
        head(running);
        read(running);
        Throwable why = broken;
        if (why != null) {
            running.cancel();
            reportEnd(new UpstreamFailure(Kind.FAILED, "the answer could not be taken", why));
        } else if (failure != null && (client.isClosed() || running.isEmpty())) {
            failed(running, failure);
        } else if (whole && progress.headCame && running.isEmpty()) {
            reportEnd(null);
            if (!running.isUploaded()) {
                client.later(() -> dropUpload(running));
            }
        }
    }

    /** Resets the stream if the upstream has sent the whole answer but has not taken the whole request after a short delay. */
    private static void dropUpload(Http2Exchange running) {
        if (!running.isUploaded()) {
            running.cancel();
        }
    }

    private void head(Http2Exchange running) {
        MetaData.Response head = running.head();
        if (head == null || progress.headCame || cut) {
            return;
        }
        progress.headCame = true;
        List<Headers.Field> fields = new ArrayList<>();
        for (HttpField field : head.getHttpFields()) {
            fields.add(new Headers.Field(field.getName(), field.getValue() == null ? "" : field.getValue()));
        }
        try {
            receiver.onHead(head.getStatus(), new Headers(fields));
        } catch (RuntimeException | Error e) {
            broken = e;
        }
    }

    /** Delivers pieces as far as they are requested. A cancellation ends the loop. */
    private void read(Http2Exchange running) {
        while (!cut && broken == null && wanted.get() > 0) {
            ArrivedBytes.Piece piece = running.poll();
            if (piece == null) {
                return;
            }
            wanted.decrementAndGet();
            try {
                receiver.onPiece(piece.bytes());
                client.afterPiece();
            } catch (RuntimeException | Error e) {
                broken = e;
            }
            running.handedOn(piece.credit());
        }
    }

    private void failed(Http2Exchange running, Throwable cause) {
        UpstreamFailure failure = client.failure(cause, progress);
        boolean repeatable = repeats < MAX_REPEATS
                && failure.kind() != Kind.CLOSED
                && (running.isUntouched() || endedBeforeRequest(failure));
        if (!repeatable) {
            reportEnd(failure);
            return;
        }
        repeats++;
        exchange = null;
        progress.sent = false;
        client.repeat(this);
    }

    /** Whether a reused connection ended before the upstream took the request, and the method allows a repetition. */
    private boolean endedBeforeRequest(UpstreamFailure failure) {
        return failure.kind() == Kind.NO_ANSWER && progress.reused && REPEATABLE.contains(request.method());
    }

    private void reportEnd(@Nullable UpstreamFailure failure) {
        ended = true;
        try {
            if (failure == null) {
                receiver.onEnd();
            } else {
                receiver.onFailure(failure);
            }
        } catch (RuntimeException e) {
            System.getLogger(Http2Call.class.getName())
                    .log(System.Logger.Level.ERROR, "the end of a call could not be reported", e);
        }
    }

    /** The head of the request exceeds the upstream's limit. Sending it would end the connection. */
    static final class HeadTooLong extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        HeadTooLong(int most) {
            super("the headers of the request are too long (" + most + " bytes, the upstream's limit): send fewer");
        }
    }
}
