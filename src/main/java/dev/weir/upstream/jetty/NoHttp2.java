package dev.weir.upstream.jetty;

import java.io.IOException;

/** The upstream does not speak HTTP/2. */
final class NoHttp2 extends IOException {
    private static final long serialVersionUID = 1L;

    NoHttp2() {
        super("the upstream does not speak HTTP/2");
    }
}
