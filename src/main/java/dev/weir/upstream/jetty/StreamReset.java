package dev.weir.upstream.jetty;

import java.io.IOException;
import org.eclipse.jetty.http2.ErrorCode;

/** The upstream reset a stream. */
final class StreamReset extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    StreamReset(int code) {
        super("the upstream reset the stream (" + ErrorCode.toString(code, "code " + code) + ")");
        this.code = code;
    }

    /** Whether the upstream did not process the request. */
    boolean isRefusal() {
        return code == ErrorCode.REFUSED_STREAM_ERROR.code;
    }

    /** Whether the upstream limits the whole connection ({@code ENHANCE_YOUR_CALM}). */
    boolean isOfTheConnection() {
        return code == ErrorCode.ENHANCE_YOUR_CALM_ERROR.code;
    }
}
