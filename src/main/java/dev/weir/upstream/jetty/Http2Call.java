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
 * One call over HTTP/2, whose attempts are {@link Http2Exchange}s. Signals come from its reader, from the thread that reads the
 * connection and from a cancellation. A count of signals serialises them: the thread that raises it from zero does the work, every
 * other leaves its signal to that thread.
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
    /** Why the call cannot be sent at all. */
    private volatile @Nullable Throwable unsent;
    /** What the receiver threw. */
    private volatile @Nullable Throwable broken;

    /** Another client takes the call over. */
    private volatile @Nullable UpstreamClient successor;
    /** The call of the other client. */
    private volatile @Nullable UpstreamCall continued;

    private volatile boolean cut;
    private boolean told;
    private int repeats;

    Http2Call(Http2Client client, UpstreamRequest request, UpstreamReceiver receiver) {
        this.client = client;
        this.request = request;
        this.receiver = receiver;
    }

    UpstreamRequest upstreamRequest() {
        return request;
    }

    /** Whether the call waits since that time of {@link System#nanoTime()}, or longer. */
    boolean waitsSince(long nanoTime) {
        return begun - nanoTime <= 0;
    }

    /** Remembers where the call waits. */
    void waitsAt(Http2Host where) {
        host = where;
    }

    boolean isCancelled() {
        return cut;
    }

    /** Begins an attempt on a connection, on which a place is taken for it. */
    void sendOn(Http2Connection connection) {
        Http2Exchange next = new Http2Exchange(this, connection);
        int most = connection.maxHeadBytes();
        if (cut || Http2Request.headBytes(request) > most) {
            next.leave();
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

    /** The part of the body that has not been sent with the head, or null. */
    Http2Request.@Nullable Rest rest(Stream stream, Http2Exchange attempt) {
        List<byte[]> body = request.body();
        return body.size() < 2 ? null : new Http2Request.Rest(stream, attempt, body.subList(1, body.size()));
    }

    /** Ends a call that cannot be sent. */
    void fail(Throwable why) {
        unsent = why;
        signal();
    }

    /** Lets another client make the call, of which nothing was sent. */
    void continueWith(UpstreamClient other) {
        successor = other;
        signal();
    }

    /** Runs an action when an end that is on its way has come. */
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
                running.connection().suspect();
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
        if (told) {
            return;
        }
        if (cut) {
            tell(new UpstreamFailure(Kind.CANCELLED, "the call was cancelled", null));
            return;
        }
        Throwable unsendable = unsent;
        if (unsendable != null) {
            tell(client.failure(unsendable, progress));
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
        told = true; // The other call tells the rest.
        UpstreamCall other = next.send(request, receiver);
        continued = other;
        passOn(other);
        if (cut) {
            other.cancel();
        }
    }

    private void advance(Http2Exchange running) {
        // Both are read before the pieces, which came before the end.
        boolean whole = running.isWhole();
        Throwable failure = running.failure();
        head(running);
        read(running);
        Throwable why = broken;
        if (why != null) {
            running.cancel();
            tell(new UpstreamFailure(Kind.FAILED, "the answer could not be taken", why));
        } else if (failure != null && (client.isClosed() || running.isEmpty())) {
            failed(running, failure);
        } else if (whole && progress.headCame && running.isEmpty()) {
            tell(null);
            if (!running.isUploaded()) {
                client.later(() -> dropUpload(running));
            }
        }
    }

    /** An upstream that answers whole without taking the request whole has a moment for the rest of it. */
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

    /** Hands on the pieces that have come, as far as the reader wants them. A cancellation meanwhile ends the loop. */
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
        boolean repeatable =
                repeats < MAX_REPEATS && failure.kind() != Kind.CLOSED && (running.isUntouched() || hadDied(failure));
        if (!repeatable) {
            tell(failure);
            return;
        }
        repeats++;
        exchange = null;
        progress.sent = false;
        client.repeat(this);
    }

    /** Whether a kept connection had died before the request came, which may be sent twice. */
    private boolean hadDied(UpstreamFailure failure) {
        return failure.kind() == Kind.NO_ANSWER && progress.reused && REPEATABLE.contains(request.method());
    }

    private void tell(@Nullable UpstreamFailure failure) {
        told = true;
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

    /** The upstream takes no head of that size. Sent anyway, it would end its connection. */
    static final class HeadTooLong extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        HeadTooLong(int most) {
            super("the headers of the request are too long (" + most + " bytes, the upstream's limit): send fewer");
        }
    }
}
