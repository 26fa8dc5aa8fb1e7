package dev.weir.upstream;

import java.io.IOException;
import org.eclipse.jetty.client.AbstractHttpClientTransport;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/** How Jetty's client speaks HTTP, by {@link Protocol}. */
final class Transports {
    /** What the upstream may send of one answer before its reader takes it. */
    private static final int STREAM_WINDOW = 65_535;
    /** No bound: streams that stall have their own, and may not hold back the streams beside them. */
    private static final int SESSION_WINDOW = 1 << 30;

    private Transports() {}

    static HttpClientTransport of(Protocol protocol, ClientConnector connector, int maxWaiting) {
        AbstractHttpClientTransport transport = switch (protocol) {
            case HTTP_1_1 -> new OneAnswer(connector, maxWaiting);
            case HTTP_2, NEGOTIATED -> new Several(connector, maxWaiting);
        };
        transport.setInvocationType(InvocationType.NON_BLOCKING);
        return transport;
    }

    private static ClientConnectionFactory.Info http2(ClientConnector connector) {
        HTTP2Client http2 = new HTTP2Client(connector);
        http2.setInitialStreamRecvWindow(STREAM_WINDOW);
        http2.setInitialSessionRecvWindow(SESSION_WINDOW);
        http2.setMaxConcurrentPushedStreams(0);
        http2.setMaxResponseHeadersSize(JettyClient.MAX_HEAD_BYTES);
        http2.setStreamIdleTimeout(0);
        return new ClientConnectionFactoryOverHTTP2.HTTP2(http2);
    }

    private static final class OneAnswer extends HttpClientTransportOverHTTP {
        private final int maxWaiting;

        OneAnswer(ClientConnector connector, int maxWaiting) {
            super(connector);
            this.maxWaiting = maxWaiting;
        }

        @Override
        public Destination newDestination(Origin origin) {
            return new UpstreamDestination(getHttpClient(), origin, maxWaiting);
        }
    }

    private static final class Several extends HttpClientTransportDynamic {
        private final int maxWaiting;

        /** An upstream that negotiates nothing is spoken to in the first version. */
        Several(ClientConnector connector, int maxWaiting) {
            super(connector, HttpClientConnectionFactory.HTTP11, http2(connector));
            this.maxWaiting = maxWaiting;
        }

        @Override
        public Destination newDestination(Origin origin) {
            return new UpstreamDestination(getHttpClient(), origin, maxWaiting);
        }
    }

    /** An upstream that was to speak HTTP/2 does not. */
    static final class NoHttp2 extends IOException {
        private static final long serialVersionUID = 1L;

        NoHttp2() {
            super("the upstream does not speak HTTP/2");
        }
    }
}
