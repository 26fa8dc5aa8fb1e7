package dev.weir.sse;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** The response that only a {@link ResponsePump} writes. A write blocks while the client reads nothing. */
public abstract class ResponseStream extends OutputStream {
    /** Sets the status and the headers. They are sent with the first bytes, or at the end. */
    public abstract void begin(int status, Map<String, String> headers) throws IOException;

    /** Ends the response as incomplete: closes its connection if the server offers a way. */
    public abstract void abort();

    /** Ends the response. Later writes do not reach it. A second call does nothing. */
    public abstract void end();
}
