package dev.weir.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;

/**
 * Lets a stream's response be closed in silence when its client has gone: that is the usual end of a stream, and Jersey
 * would log each one as severe, with a stack trace.
 */
@Provider
public class GoneClientFilter implements ContainerResponseFilter {
    private static final System.Logger LOG = System.getLogger(GoneClientFilter.class.getName());

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getEntity() instanceof StreamingOutput) {
            response.setEntityStream(new QuietlyClosed(response.getEntityStream()));
        }
    }

    /** Tells the first failure to its writer, and then nothing more. */
    private static final class QuietlyClosed extends FilterOutputStream {
        private boolean gone;

        QuietlyClosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                gone = true;
                throw e;
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
                gone = true;
                throw e;
            }
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the client has gone: {0}", e.getMessage());
            }
        }
    }
}
