package dev.weir.upstream.jetty;

import java.util.List;
import org.eclipse.jetty.http2.BufferingFlowControlStrategy;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.WindowUpdateFrame;

/**
 * The flow-control windows of one HTTP/2 connection. Bytes are returned to the connection's window as soon as they are
 * read, so that a stalled reader does not block other streams. They are returned to the stream's window when the reader has
 * taken them.
 */
final class StreamWindows extends BufferingFlowControlStrategy {
    /** The most bytes of one answer that the upstream may send before its reader takes them. */
    static final int STREAM_BYTES = DEFAULT_WINDOW_SIZE;
    /** The most bytes in transit on a connection. */
    static final int CONNECTION_BYTES = 16 << 20;

    StreamWindows() {
        super(0.5f);
    }

    @Override
    public void onDataConsumed(Session session, Stream stream, int bytes) {
        super.onDataConsumed(session, null, bytes);
    }

    /** Returns {@code bytes} to the window of a stream, so that the upstream may send as many more. */
    static void giveBack(Stream stream, int bytes) {
        if (stream.getSession() instanceof HTTP2Session session
                && session.getFlowControlStrategy() instanceof StreamWindows windows
                && !stream.isRemotelyClosed()) {
            windows.updateRecvWindow(stream, bytes);
            windows.sendWindowUpdate(session, stream, List.of(new WindowUpdateFrame(stream.getId(), bytes)));
        }
    }
}
