package dev.weir.upstream.jetty;

import java.util.List;
import org.eclipse.jetty.http2.BufferingFlowControlStrategy;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.WindowUpdateFrame;

/**
 * The windows of one HTTP/2 connection. What has been read is given back to the connection at once, so that a stalled reader holds
 * nothing of it. It is given back to its stream when the reader has taken it.
 */
final class StreamWindows extends BufferingFlowControlStrategy {
    /** What the upstream may send of one answer before its reader takes it. */
    static final int STREAM_BYTES = DEFAULT_WINDOW_SIZE;
    /** What may be on its way on a connection. */
    static final int CONNECTION_BYTES = 16 << 20;

    StreamWindows() {
        super(0.5f);
    }

    @Override
    public void onDataConsumed(Session session, Stream stream, int bytes) {
        super.onDataConsumed(session, null, bytes);
    }

    /** Lets the upstream send {@code bytes} more on a stream of such a connection. */
    static void giveBack(Stream stream, int bytes) {
        if (stream.getSession() instanceof HTTP2Session session
                && session.getFlowControlStrategy() instanceof StreamWindows windows
                && !stream.isRemotelyClosed()) {
            windows.updateRecvWindow(stream, bytes);
            windows.sendWindowUpdate(session, stream, List.of(new WindowUpdateFrame(stream.getId(), bytes)));
        }
    }
}
