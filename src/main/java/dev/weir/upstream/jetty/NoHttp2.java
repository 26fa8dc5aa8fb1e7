package dev.weir.upstream.jetty;

import java.io.IOException;

/** An upstream that was to speak HTTP/2 does not. */
final class NoHttp2 extends IOException {
    private static final long serialVersionUID = 1L;

    NoHttp2() {
        super("the upstream does not speak HTTP/2");
    }
}
