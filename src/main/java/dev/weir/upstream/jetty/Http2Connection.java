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
 * One connection of HTTP/2. Its host counts the streams; this tells the host what the upstream says about the connection, and the
 * exchanges when the connection has ended. Thread-safe.
 */
final class Http2Connection implements Session.Listener {
    /** The most streams of one connection, whatever the upstream allows. */
    static final int MAX_STREAMS = 256;
    /** A longer head ends the connection; a shorter one that is too long ends its stream alone. */
    static final int FATAL_HEAD_BYTES = 1 << 20;

    private final Http2Client client;
    private final Http2Attempt attempt;
    private final Set<Http2Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private volatile @Nullable HTTP2Session session;
    /** The upstream has sent its settings, with which HTTP/2 begins. */
    private volatile boolean ready;
    /** Since when an answer to a ping is awaited, as of {@link System#nanoTime()}; 0 for none. */
    private final AtomicLong pinged = new AtomicLong();

    private volatile long lastPing;

    Http2Connection(Http2Client client, Http2Attempt attempt) {
        this.client = client;
        this.attempt = attempt;
    }

    /** Sends a request, unless the connection has just ended, which the exchange is told. */
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

    /** Whether the connection carried another request before the last one. */
    boolean isReused() {
        return sent.get() > 0;
    }

    /** The longest head of a request that the upstream takes, in bytes. */
    int maxHeadBytes() {
        HTTP2Session open = session;
        int most = open == null ? 0 : open.getGenerator().getHpackEncoder().getMaxHeaderListSize();
        return most > 0 ? most : Integer.MAX_VALUE;
    }

    void left(Http2Exchange exchange) {
        exchanges.remove(exchange);
        attempt.host().left(this);
    }

    /** The upstream has enough of this connection: further calls have another one. */
    void overworked() {
        attempt.host().gone(this);
    }

    /** The upstream did not take a stream. */
    void refused() {
        HTTP2Session open = session;
        if (open == null || open.isClosed()) {
            attempt.host().gone(this);
        } else {
            attempt.host().refused(this);
        }
    }

    /** Looks whether the upstream is still there, of which a call has heard nothing; ends the connection if not. */
    void suspect() {
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

    /** Whether new requests may be sent: not while it is doubtful that the upstream is still there. */
    boolean isTrusted() {
        long since = pinged.get();
        return since == 0 || System.nanoTime() - since < Http2Client.PING_DOUBT.toNanos();
    }

    /** Says goodbye and closes. The streams end. */
    void close() {
        HTTP2Session open = session;
        if (open != null) {
            open.close(ErrorCode.NO_ERROR.code, "close", Callback.NOOP);
            client.later(open::disconnect);
        }
    }

    /** Ends the exchanges that are left. */
    void fail(Throwable why) {
        exchanges.forEach(exchange -> exchange.fail(why));
    }

    /** Closes a connection that nothing was sent on. */
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
        // As unsigned numbers, large ones are negative here.
        int limit = most == null || most < 0 ? MAX_STREAMS : Math.min(MAX_STREAMS, most);
        if (!ready) {
            ready = true;
            // Only connections without a stream are idle; the host closes those.
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
        attempt.host().gone(this);
    }

    @Override
    public boolean onIdleTimeout(Session from) {
        return !ready;
    }

    @Override
    public void onFailure(Session from, @Nullable Throwable failure, Callback callback) {
        attempt.host().gone(this);
        // First the streams tell what they know, such as that a request was not looked at.
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
        attempt.host().gone(this);
        fail(why);
        exchanges.forEach(Http2Exchange::leave);
    }
}
