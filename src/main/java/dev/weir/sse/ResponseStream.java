package dev.weir.sse;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** The response that a pump alone writes. Writes block while the client takes nothing. */
public abstract class ResponseStream extends OutputStream {
    /** Sets status and headers, which go out with the first bytes, or at the end. */
    public abstract void begin(int status, Map<String, String> headers) throws IOException;

    /**
     * Ends the response so that it does not look complete, as far as the server has a way to do that: its connection is closed.
     */
    public abstract void abort();

    /** Ends the response; nothing reaches it afterwards. The second time it does nothing. */
    public abstract void end();
}
