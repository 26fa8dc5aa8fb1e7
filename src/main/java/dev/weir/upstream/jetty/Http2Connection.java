package dev.weir.upstream.jetty;

import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.HTTP2Stream.FrameList;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection. Its host counts the streams. The connection reports the upstream's settings and limits to the
 * host, and its own end to the exchanges. Thread-safe.
 */
final class Http2Connection implements Session.Listener {
    /** The most streams on one connection, even if the upstream allows more. */
    static final int MAX_STREAMS = 256;
    /** A longer answer head ends the connection. A head that exceeds the smaller limit ends only its stream. */
    static final int FATAL_HEAD_BYTES = 1 << 20;

    private final Http2Client client;
    private final Http2Attempt attempt;
    private final Set<Http2Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private volatile @Nullable HTTP2Session session;
    /** The upstream has sent its first SETTINGS frame. */
    private volatile boolean ready;
    /** The time of the unanswered ping, in {@link System#nanoTime()}; 0 for none. */
    private final AtomicLong pinged = new AtomicLong();

    private volatile long lastPing;

    Http2Connection(Http2Client client, Http2Attempt attempt) {
        this.client = client;
        this.attempt = attempt;
    }

    /** Sends a request. If the connection has just ended, the exchange fails. */
    void send(FrameList frames, Http2Exchange exchange) {
        HTTP2Session open = session;
        if (open == null) {
            exchange.failed(new ClosedChannelException());
            return;
        }
        exchanges.add(exchange);
        sent.incrementAndGet();
        open.newStream(frames, exchange, exchange);
    }

    /** Whether the connection carried a request before the last one. */
    boolean isReused() {
        return sent.get() > 0;
    }

    /** The upstream's limit for the head of a request, in bytes. */
    int maxHeadBytes() {
        HTTP2Session open = session;
        int most = open == null ? 0 : open.getGenerator().getHpackEncoder().getMaxHeaderListSize();
        return most > 0 ? most : Integer.MAX_VALUE;
    }

    /** The most streams that the upstream allows now, at most {@link #MAX_STREAMS}. */
    int limit() {
        HTTP2Session open = session;
        return open == null ? MAX_STREAMS : limit(open.getMaxLocalStreams());
    }

    private static int limit(int announced) {
        // The value is unsigned: large values are negative here.
        return announced < 0 ? MAX_STREAMS : Math.min(MAX_STREAMS, announced);
    }

    void streamEnded(Http2Exchange exchange) {
        exchanges.remove(exchange);
        attempt.host().streamEnded(this);
    }

    /** Reports that the upstream limits this connection: further calls use another one. */
    void limitedByUpstream() {
        attempt.host().drain(this);
    }

    /** Reports that the upstream refused a stream. */
    void refused() {
        HTTP2Session open = session;
        if (open == null || open.isClosed()) {
            attempt.host().drain(this);
        } else {
            attempt.host().refused(this);
        }
    }

    /** Pings the upstream after a call without an answer. The connection ends if no answer to the ping arrives. */
    void ping() {
        HTTP2Session open = session;
        long now = System.nanoTime();
        boolean due = lastPing == 0 || now - lastPing > Http2Client.BETWEEN_PINGS.toNanos();
        if (open == null || !due || !pinged.compareAndSet(0, now)) {
            return;
        }
        lastPing = now;
        open.ping(new PingFrame(now, false), Callback.NOOP);
        client.timer(Http2Client.PING_ANSWER, () -> {
            if (pinged.get() == now) {
                ended(new ClosedChannelException());
                open.disconnect();
            }
        });
    }

    /** Whether new requests may be sent. False while a ping is unanswered for some time. */
    boolean isTrusted() {
        long since = pinged.get();
        return since == 0 || System.nanoTime() - since < Http2Client.PING_DOUBT.toNanos();
    }

    /** Sends GOAWAY and closes the connection. Its streams end. */
    void close() {
        HTTP2Session open = session;
        if (open != null) {
            open.close(ErrorCode.NO_ERROR.code, "close", Callback.NOOP);
            client.later(open::disconnect);
        }
    }

    /** Ends the remaining exchanges. */
    void fail(Throwable why) {
        exchanges.forEach(exchange -> exchange.fail(why));
    }

    /** Closes a connection without requests. */
    void abandon() {
        HTTP2Session open = session;
        if (open != null) {
            open.disconnect();
        }
    }

    @Override
    public Map<Integer, Integer> onPreface(Session from) {
        session = (HTTP2Session) from;
        return Map.of(SettingsFrame.MAX_HEADER_LIST_SIZE, JettyClient.MAX_HEAD_BYTES);
    }

    @Override
    public void onSettings(Session from, SettingsFrame frame) {
        Integer most = frame.getSettings().get(SettingsFrame.MAX_CONCURRENT_STREAMS);
        int limit = most == null ? MAX_STREAMS : limit(most);
        if (!ready) {
            ready = true;
            // Jetty would close idle connections; the host does that itself.
            HTTP2Session opened = (HTTP2Session) from;
            opened.getEndPoint().setIdleTimeout(0);
            opened.getParser().getHpackDecoder().setMaxHeaderListSize(FATAL_HEAD_BYTES);
            attempt.opened(this, limit);
        } else if (most != null) {
            attempt.host().limit(this, limit);
        }
    }

    @Override
    public void onPing(Session from, PingFrame frame) {
        if (frame.isReply() && pinged.compareAndSet(frame.getPayloadAsLong(), 0)) {
            attempt.host().pump();
        }
    }

    @Override
    public void onGoAway(Session from, GoAwayFrame frame) {
        attempt.failed(this, new ClosedChannelException());
        attempt.host().drain(this);
    }

    @Override
    public boolean onIdleTimeout(Session from) {
        return !ready;
    }

    @Override
    public void onFailure(Session from, @Nullable Throwable failure, Callback callback) {
        attempt.host().drain(this);
        // The streams first report their own state, such as that a request was not processed.
        callback.succeeded();
        ended(failure == null ? new ClosedChannelException() : failure);
    }

    @Override
    public void onClose(Session from, GoAwayFrame frame, Callback callback) {
        ended(new ClosedChannelException());
        callback.succeeded();
    }

    private void ended(Throwable why) {
        attempt.failed(this, why);
        attempt.host().drain(this);
        fail(why);
        exchanges.forEach(Http2Exchange::releasePlace);
    }
}
