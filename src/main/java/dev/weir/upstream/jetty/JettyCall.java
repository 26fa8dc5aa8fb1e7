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
 * One call over Jetty's client. Signals come from its reader, from the selector and from whoever cancels it. A count of signals
 * serialises them: the thread that raises it from zero does the work, every other leaves its signal to that thread.
 */
final class JettyCall implements UpstreamCall, Invocable.Task {
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD");
    /** A server that restarts leaves a pool of dead connections behind. */
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
    /** Why the call cannot be sent at all. */
    private volatile @Nullable Throwable unsent;
    /** What the receiver threw. */
    private volatile @Nullable Throwable broken;

    private volatile boolean cut;
    /** The source has been asked to signal when it has something. */
    private volatile boolean demanded;

    /** The request has had its time to go out, too. */
    private volatile boolean overdue;

    private Cancellation.@Nullable Registration upload;

    private boolean whole;
    private boolean told;
    private int repeats;

    /** How far a call has come, for the words of its failure. */
    static final class Progress {
        /** The request has a connection. */
        volatile boolean sent;
        /** The request has gone out whole. */
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

    /** Ends a call that cannot be sent, or whose answer cannot be read. */
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
            // Those of HTTP are skipped before; behind another one Jetty reads nothing.
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

    /** Run by the selector when there is something to read. */
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
                // The count of signals must not be left above zero: no later signal would be looked at.
                abort(new InterruptedCall());
                tell(new UpstreamFailure(Kind.FAILED, "the answer could not be taken", e));
            }
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
        // Read before the content, which came before the end.
        Result how = result;
        read();
        Throwable why = broken;
        if (why != null) {
            tell(new UpstreamFailure(Kind.FAILED, "the answer could not be taken", why));
        } else if (whole) {
            wholeCame(how);
        } else if (how != null && how.isFailed()) {
            failed(how.getFailure());
        }
    }

    /**
     * The exchange ends when its connection is free again, so that the next call finds it. An upstream that answers whole without
     * taking the request whole has a moment for the rest of it.
     */
    private void wholeCame(@Nullable Result how) {
        if (how != null) {
            tell(null);
        } else if (overdue) {
            tell(null);
            abort(new InterruptedCall());
        } else if (!progress.uploaded && upload == null) {
            upload = client.afterUpload(() -> {
                overdue = true;
                signal();
            });
        }
    }

    /** Hands on the pieces that have come, as far as the reader wants them. A cancellation meanwhile ends the loop. */
    private void read() {
        boolean reads = true;
        while (reads && !cut && broken == null && wanted.get() > 0) {
            reads = next();
        }
    }

    /** Takes the next chunk; false when there is none now. */
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
            source = null; // The end of the exchange tells it.
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

    /** The end of the exchange comes by itself; whether this is what ends it makes no difference. */
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
            tell(failure);
            return;
        }
        repeats++;
        result = null;
        source = null;
        demanded = false;
        send();
    }

    /** Whether the upstream has not begun to work on the request, as when its connection is being drained. */
    private static boolean isUntouched(Throwable cause) {
        return cause instanceof RetryableRequestException;
    }

    /** Whether a kept connection had died before the request came, which may be sent twice. */
    private boolean hadDied(UpstreamFailure failure) {
        return failure.kind() == Kind.NO_ANSWER && progress.reused && REPEATABLE.contains(upstreamRequest.method());
    }

    private void tell(@Nullable UpstreamFailure failure) {
        if (told) {
            return;
        }
        told = true;
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

    /** Ends an exchange of Jetty's; without a trace, since it is no fault. */
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
