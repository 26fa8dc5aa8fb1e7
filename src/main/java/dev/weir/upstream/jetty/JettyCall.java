package dev.weir.upstream.jetty;

import dev.weir.stream.Cancellation;
import dev.weir.upstream.Headers;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamFailure;
import dev.weir.upstream.UpstreamFailure.Kind;
import dev.weir.upstream.UpstreamReceiver;
import dev.weir.upstream.UpstreamRequest;
import dev.weir.upstream.address.AddressLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.RetryableRequestException;
import org.eclipse.jetty.client.transport.internal.HttpConnectionOverHTTP;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * One call over Jetty's HTTP/1.1 client. Signals come from the reader of the body, from the selector thread and from a
 * cancellation. A count of signals serialises them: the thread that raises it from zero does the work and also handles the
 * signals of other threads.
 */
final class JettyCall implements UpstreamCall, Invocable.Task {
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD");
    /** A restarted server leaves several dead connections in the pool. */
    private static final int MAX_REPEATS = 5;

    private final JettyClient client;
    private final UpstreamRequest upstreamRequest;
    private final UpstreamReceiver receiver;
    private final AtomicInteger signals = new AtomicInteger();
    private final AtomicInteger wanted = new AtomicInteger();
    private final Progress progress = new Progress();
    private volatile @Nullable Request request;
    private volatile Content.@Nullable Source source;
    private volatile @Nullable Result result;
    /** The reason why the call cannot be sent. */
    private volatile @Nullable Throwable unsent;
    /** The exception of the receiver. */
    private volatile @Nullable Throwable broken;

    private volatile boolean cut;
    /** The source will signal when it has data. */
    private volatile boolean demanded;

    /** The time limit for sending the rest of the request has passed. */
    private volatile boolean overdue;

    private Cancellation.@Nullable Registration upload;

    private boolean whole;
    private boolean ended;
    private int repeats;

    /** The progress of a call, which decides its kind of failure. */
    static final class Progress {
        /** The request has a connection. */
        volatile boolean sent;
        /** The whole request has been sent. */
        volatile boolean uploaded;

        volatile boolean headCame;
        volatile boolean reused;
    }

    JettyCall(JettyClient client, UpstreamRequest request, UpstreamReceiver receiver) {
        this.client = client;
        this.upstreamRequest = request;
        this.receiver = receiver;
    }

    void send() {
        progress.sent = false;
        progress.uploaded = false;
        progress.reused = false;
        try {
            Request next = client.jettyRequest(upstreamRequest)
                    .onRequestBegin(this::begun)
                    .onRequestSuccess(sent -> progress.uploaded = true)
                    .onResponseHeaders(this::head)
                    .onResponseContentSource((response, content) -> {
                        source = content;
                        signal();
                    });
            request = next;
            if (!cut) {
                next.send(this::ended);
            }
        } catch (RuntimeException | Error e) {
            abort(e);
            fail(e);
        }
    }

    /** Ends a call that cannot be sent, or with an answer that cannot be read. */
    void fail(Throwable why) {
        unsent = why;
        signal();
    }

    private void begun(Request begun) {
        progress.sent = true;
        progress.reused = begun.getConnection() instanceof HttpConnectionOverHTTP http && http.getMessagesIn() > 0;
        if (cut) {
            abort(new InterruptedCall());
        }
    }

    private void head(Response response) {
        if (cut) {
            return;
        }
        if (response.getStatus() / 100 == 1) {
            // Known informational statuses are skipped before this. After an unknown one, Jetty does not read on.
            fail(new UpstreamFailure(
                    Kind.MALFORMED,
                    "answer begins with an unknown informational status, " + response.getStatus(),
                    null));
            abort(new InterruptedCall());
            return;
        }
        progress.headCame = true;
        List<Headers.Field> fields = new ArrayList<>(response.getHeaders().size());
        for (HttpField field : response.getHeaders()) {
            fields.add(new Headers.Field(field.getName(), field.getValue() == null ? "" : field.getValue()));
        }
        try {
            receiver.onHead(response.getStatus(), new Headers(fields));
        } catch (RuntimeException | Error e) {
            breakOff(e);
        }
    }

    private void ended(Result how) {
        result = how;
        signal();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** Runs on the selector thread when data can be read. */
    @Override
    public void run() {
        demanded = false;
        signal();
    }

    @Override
    public void request() {
        wanted.incrementAndGet();
        signal();
    }

    @Override
    public void cancel() {
        if (!cut) {
            cut = true;
            abort(new InterruptedCall());
            signal();
        }
    }

    @Override
    public State state() {
        if (progress.sent) {
            return State.SENT;
        }
        Object tag = upstreamRequest.publicOnly() ? AddressLookup.PUBLIC_ONLY : null;
        return client.isFull(upstreamRequest.uri(), tag) ? State.WAITING : State.CONNECTING;
    }

    private void breakOff(Throwable why) {
        broken = why;
        abort(new InterruptedCall());
        signal();
    }

    private void signal() {
        if (signals.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            try {
                advance();
            } catch (RuntimeException | Error e) {
                // The count of signals must return to zero: otherwise no later signal would be handled.
                abort(new InterruptedCall());
                reportEnd(new UpstreamFailure(Kind.FAILED, "the answer could not be taken", e));
            }
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
        // Read before the content: the content was stored before the end.
        Result how = result;
        read();
        Throwable why = broken;
        if (why != null) {
            reportEnd(new UpstreamFailure(Kind.FAILED, "the answer could not be taken", why));
        } else if (whole) {
            wholeCame(how);
        } else if (how != null && how.isFailed()) {
            failed(how.getFailure());
        }
    }

    /**
     * Reports the end when the exchange has ended and its connection is free, so that the next call can use it. If the
     * upstream has answered but not taken the whole request, the rest of the request has a short time limit.
     */
    private void wholeCame(@Nullable Result how) {
        if (how != null) {
            reportEnd(null);
        } else if (overdue) {
            reportEnd(null);
            abort(new InterruptedCall());
        } else if (!progress.uploaded && upload == null) {
            upload = client.afterUpload(() -> {
                overdue = true;
                signal();
            });
        }
    }

    /** Delivers pieces as far as they are requested. A cancellation ends the loop. */
    private void read() {
        boolean reads = true;
        while (reads && !cut && broken == null && wanted.get() > 0) {
            reads = next();
        }
    }

    /** Takes the next chunk; false when none is available. */
    private boolean next() {
        Content.Source from = source;
        if (from == null || demanded) {
            return false;
        }
        Content.Chunk chunk = from.read();
        if (chunk == null) {
            demanded = true;
            from.demand(this);
            return false;
        }
        if (Content.Chunk.isFailure(chunk)) {
            source = null; // The end of the exchange reports the failure.
            abort(chunk.getFailure());
            return false;
        }
        if (chunk.isLast()) {
            source = null;
        }
        take(chunk);
        return true;
    }

    private void take(Content.Chunk chunk) {
        try {
            whole = chunk.isLast();
            if (chunk.hasRemaining()) {
                wanted.decrementAndGet();
                receiver.onPiece(chunk.getByteBuffer());
                client.afterPiece();
            }
        } catch (RuntimeException | Error e) {
            broken = e;
            abort(new InterruptedCall());
        } finally {
            chunk.release();
        }
    }

    /** Aborts the exchange. The result is ignored: the exchange reports its end in any case. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void abort(Throwable cause) {
        Request sent = request;
        if (sent != null) {
            sent.abort(cause);
        }
    }

    private void failed(Throwable cause) {
        UpstreamFailure failure = client.failure(cause, progress);
        boolean repeatable = repeats < MAX_REPEATS && (isUntouched(cause) || hadDied(failure));
        if (!repeatable) {
            reportEnd(failure);
            return;
        }
        repeats++;
        result = null;
        source = null;
        demanded = false;
        send();
    }

    /** Whether the upstream has not processed the request, such as on a connection that is being closed. */
    private static boolean isUntouched(Throwable cause) {
        return cause instanceof RetryableRequestException;
    }

    /** Whether a reused connection ended before the upstream took the request, and the method allows a repetition. */
    private boolean hadDied(UpstreamFailure failure) {
        return failure.kind() == Kind.NO_ANSWER && progress.reused && REPEATABLE.contains(upstreamRequest.method());
    }

    private void reportEnd(@Nullable UpstreamFailure failure) {
        if (ended) {
            return;
        }
        ended = true;
        source = null;
        if (upload != null) {
            upload.close();
        }
        try {
            if (failure == null) {
                receiver.onEnd();
            } else {
                receiver.onFailure(failure);
            }
        } catch (RuntimeException | Error e) {
            System.getLogger(JettyCall.class.getName())
                    .log(System.Logger.Level.ERROR, "the end of a call could not be reported", e);
        }
    }

    /** Aborts an exchange. It has no stack trace, since it is no fault. */
    private static final class InterruptedCall extends java.io.IOException {
        private static final long serialVersionUID = 1L;

        InterruptedCall() {
            super("cancelled");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
