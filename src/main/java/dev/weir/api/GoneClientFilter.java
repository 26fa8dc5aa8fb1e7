package dev.weir.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;

/**
 * Lets a response end in silence when its client has gone: that is the usual end of a stream, and no fault of the server
 * elsewhere, and Jersey would log each one as severe, with a stack trace.
 */
@Provider
public class GoneClientFilter implements ContainerResponseFilter {
    private static final System.Logger LOG = System.getLogger(GoneClientFilter.class.getName());

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.hasEntity()) {
            Object entity = response.getEntity();
            boolean writerAsks = entity instanceof StreamingOutput || entity instanceof SseEventSink;
            response.setEntityStream(new QuietlyClosed(response.getEntityStream(), writerAsks));
        }
    }

    /** Tells the first failure to a writer that asks, which has something to stop; others write on into nothing. */
    static final class QuietlyClosed extends FilterOutputStream {
        private final boolean writerAsks;
        private boolean gone;

        QuietlyClosed(OutputStream out, boolean writerAsks) {
            super(out);
            this.writerAsks = writerAsks;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (gone && !writerAsks) {
                return;
            }
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                failed(e);
            }
        }

        @Override
        public void flush() throws IOException {
            if (gone) {
                return;
            }
            try {
                out.flush();
            } catch (IOException e) {
                failed(e);
            }
        }

        private void failed(IOException cause) throws IOException {
            gone = true;
            if (writerAsks) {
                throw cause;
            }
            tellNobody(cause);
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                tellNobody(e);
            }
        }

        private static void tellNobody(IOException cause) {
            LOG.log(Level.DEBUG, "the client has gone: {0}", cause.getMessage());
        }
    }
}
