package dev.weir.upstream.jetty;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.RetryableStreamException;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call: a stream of one connection. The selector thread takes all bytes of a frame before it handles the
 * next frame. Therefore bytes that arrived stay available when the connection ends, even if the reader is slow.
 */
final class Http2Exchange implements Stream.Listener, Promise<Stream> {
    private static final int GIVE_BACK_BYTES = StreamWindows.STREAM_BYTES / 2;

    private final Http2Call call;
    private final Http2Connection connection;
    private final ArrivedBytes arrived = new ArrivedBytes();
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile @Nullable Stream stream;
    private volatile MetaData.@Nullable Response head;
    private volatile boolean whole;
    private volatile @Nullable Throwable failure;
    private volatile boolean untouched;
    private volatile boolean uploaded;
    private volatile boolean cut;
    /** Used by the selector thread only: it is taking bytes. */
    private boolean taking;
    /** Bytes that are delivered, but not returned to the window of the stream yet. */
    private int handedOn;

    Http2Exchange(Http2Call call, Http2Connection connection) {
        this.call = call;
        this.connection = connection;
    }

    Http2Connection connection() {
        return connection;
    }

    /** The head of the answer, or null before it arrives. */
    MetaData.@Nullable Response head() {
        return head;
    }

    /** Whether the whole answer has arrived; pieces may still be undelivered. */
    boolean isWhole() {
        return whole;
    }

    /** The reason for the early end, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Whether the upstream did not process the request, so that it may be sent again. */
    boolean isUntouched() {
        return untouched;
    }

    /** Whether the whole request has been sent. */
    boolean isUploaded() {
        return uploaded;
    }

    boolean isEmpty() {
        return arrived.isEmpty();
    }

    ArrivedBytes.@Nullable Piece poll() {
        return arrived.poll();
    }

    /** Returns delivered bytes to the window of the stream. Not thread-safe. */
    void handedOn(int bytes) {
        handedOn += bytes;
        Stream from = stream;
        if (handedOn >= GIVE_BACK_BYTES && !whole && from != null) {
            StreamWindows.giveBack(from, handedOn);
            handedOn = 0;
        }
    }

    /** Resets the stream, if there is one, and drops undelivered bytes. */
    void cancel() {
        cut = true;
        arrived.clear();
        reset();
    }

    private void reset() {
        Stream running = stream;
        if (running != null) {
            running.reset(new ResetFrame(running.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
        }
    }

    /** Releases the place on the connection. Idempotent. */
    void releasePlace() {
        if (released.compareAndSet(false, true)) {
            connection.streamEnded(this);
        }
    }

    /** Ends the exchange unless it has ended. */
    void fail(Throwable why) {
        if (!whole && failure == null) {
            failure = why;
            call.signal();
        }
    }

    @Override
    public void onNewStream(Stream created) {
        stream = created;
        if (cut) {
            reset();
        }
    }

    @Override
    public void succeeded(Stream sent) {
        Http2Request.Rest rest = call.rest(sent, this);
        if (rest == null) {
            uploaded();
        } else {
            rest.iterate();
        }
    }

    void uploaded() {
        uploaded = true;
    }

    @Override
    public void failed(Throwable why) {
        if (stream == null) {
            // The connection has just ended or is full.
            untouched = true;
            connection.refused();
            fail(why);
            releasePlace();
        } else {
            sendingFailed(why);
        }
    }

    /**
     * Handles a failure to send. After an {@code EofException} the stream or connection reports the cause itself, which may
     * take a moment.
     */
    void sendingFailed(Throwable why) {
        if (why instanceof EofException) {
            call.later(() -> fail(why));
        } else {
            fail(why);
            reset();
        }
        releasePlace();
    }

    @Override
    public void onHeaders(Stream from, HeadersFrame frame, Callback callback) {
        if (head == null
                && frame.getMetaData() instanceof MetaData.Response response
                && response.getStatus() / 100 != 1) {
            if (Http2Request.bytes(response.getHttpFields()) > JettyClient.MAX_HEAD_BYTES) {
                fail(new HttpException.RuntimeException(
                        502, "its head is too long (" + JettyClient.MAX_HEAD_BYTES + " bytes)"));
                reset();
            } else {
                head = response;
                call.signal();
                from.demand();
            }
        }
        callback.succeeded();
    }

    @Override
    public void onDataAvailable(Stream from) {
        taking = true;
        boolean last = false;
        for (Stream.Data data = from.readData(); data != null && !last; data = last ? null : from.readData()) {
            last = data.frame().isEndStream();
            arrive(from, data);
            data.release();
        }
        taking = false;
        if (last) {
            whole = true;
        } else {
            from.demand();
        }
        call.signal();
    }

    private void arrive(Stream from, Stream.Data data) {
        int credit = data.frame().flowControlLength();
        if (cut) {
            return;
        }
        if (data.frame().remaining() > 0) {
            arrived.add(data.frame().getByteBuffer(), credit);
        } else if (credit > 0) {
            StreamWindows.giveBack(from, credit); // Padding alone.
        }
    }

    @Override
    public void onReset(Stream from, ResetFrame frame, Callback callback) {
        StreamReset reset = new StreamReset(frame.getError());
        if (reset.isRefusal() && head == null) {
            untouched = true;
            connection.refused();
        }
        if (reset.isOfTheConnection()) {
            connection.limitedByUpstream();
        }
        fail(reset);
        callback.succeeded();
    }

    @Override
    public void onFailure(Stream from, int error, @Nullable String reason, Throwable why, Callback callback) {
        if (why instanceof RetryableStreamException) {
            untouched = true;
            fail(new IOException("the connection is drained", why));
        } else {
            fail(why);
        }
        callback.succeeded();
    }

    @Override
    public void onClosed(Stream from) {
        releasePlace();
        if (!taking && !whole && !cut) {
            // Most ends are reported shortly after. For frames that contradict the head, no end is reported.
            call.later(() -> fail(new HttpException.RuntimeException(502, "its frames contradict its head")));
        }
    }
}
