package dev.weir.upstream.jetty;

import dev.weir.upstream.proxy.ProxyAddress;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/**
 * Opens a tunnel through a proxy with CONNECT (RFC 9110, section 9.3.6), then passes the connection to the protocol of the
 * upstream.
 */
final class ProxyTunnel extends AbstractConnection {
    private static final int MAX_HEAD_BYTES = 16 << 10;
    private static final String HEAD_END = "\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})");

    private final Decorator wanted;
    private final ClientConnectionFactory inner;
    private final Map<String, Object> context;
    private final ByteBuffer head = BufferUtil.allocate(MAX_HEAD_BYTES);

    /** Puts the tunnel before the protocol of the upstream. */
    record Decorator(Http2Origin origin, ProxyAddress proxy) implements ClientConnectionFactory.Decorator {
        @Override
        public ClientConnectionFactory apply(ClientConnectionFactory inner) {
            return (endPoint, context) -> new ProxyTunnel(this, inner, endPoint, context);
        }

        byte[] request() {
            String place = origin.hostAndPort();
            String authorization = proxy.credentials()
                    .map(credentials -> "Proxy-Authorization: " + credentials.basic() + "\r\n")
                    .orElse("");
            return ("CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n" + authorization + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** The proxy did not open the tunnel. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String answer) {
            super("the proxy answered " + answer);
        }
    }

    private ProxyTunnel(
            Decorator wanted, ClientConnectionFactory inner, EndPoint endPoint, Map<String, Object> context) {
        super(endPoint, connector(context).getExecutor());
        this.wanted = wanted;
        this.inner = inner;
        this.context = context;
    }

    private static ClientConnector connector(Map<String, Object> context) {
        Object connector = context.get(ClientConnector.CONTEXT_KEY);
        return (ClientConnector) Objects.requireNonNull(connector, "Jetty names the connector of each connection");
    }

    @Override
    public void onOpen() {
        super.onOpen();
        getEndPoint().write(Callback.from(this::fillInterested, this::fail), ByteBuffer.wrap(wanted.request()));
    }

    @Override
    public void onFillable() {
        try {
            int filled = getEndPoint().fill(head);
            while (filled > 0 && end() < 0) {
                filled = getEndPoint().fill(head);
            }
            if (end() >= 0) {
                answered();
            } else if (filled < 0) {
                throw new EOFException("the proxy closed the connection");
            } else if (BufferUtil.isFull(head)) {
                throw new Refused("with too long a head (" + MAX_HEAD_BYTES + " bytes)");
            } else {
                fillInterested();
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** The index of the end of the answer's head, or -1 if it is incomplete. */
    private int end() {
        return text().indexOf(HEAD_END);
    }

    private String text() {
        return StandardCharsets.ISO_8859_1.decode(head.slice()).toString();
    }

    private void answered() throws IOException {
        Matcher status = STATUS.matcher(text());
        if (!status.lookingAt()) {
            throw new Refused("no HTTP");
        }
        if (!status.group(1).startsWith("2")) {
            throw new Refused(status.group(1));
        }
        if (head.remaining() > end() + HEAD_END.length()) {
            // The upstream sends nothing before the client does.
            throw new Refused("more than was asked for");
        }
        context.put(
                ClientConnector.REMOTE_SOCKET_ADDRESS_CONTEXT_KEY,
                InetSocketAddress.createUnresolved(
                        wanted.origin().bareHost(), wanted.origin().port()));
        getEndPoint().upgrade(inner.newConnection(getEndPoint(), context));
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        fail(timeout);
        return false;
    }

    private void fail(Throwable why) {
        getEndPoint().close(why);
        if (context.get(ClientConnector.CONNECTION_PROMISE_CONTEXT_KEY) instanceof Promise<?> promise) {
            promise.failed(why);
        }
    }
}
