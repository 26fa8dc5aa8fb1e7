package dev.weir.component.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The upstream of {@link UpstreamCallCost}, in a separate process. It has one thread and keeps connections open. For each
 * {@code POST /N} it sends a stream of N chunks in OpenAI's form with one write. Prints its port, and ends when its standard
 * input ends.
 */
final class UpstreamServerMain {
    private static final int REQUEST_BYTES = 8192;
    private static final int BACKLOG = 2000;
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final Selector selector = Selector.open();

    private UpstreamServerMain() throws IOException {}

    public static void main(String[] arguments) throws IOException {
        UpstreamServerMain server = new UpstreamServerMain();
        ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listening.configureBlocking(false);
        listening.register(server.selector, SelectionKey.OP_ACCEPT);
        System.out.println(listening.socket().getLocalPort());
        Thread input = new Thread(UpstreamServerMain::endWithInput, "input");
        input.setDaemon(true);
        input.start();
        server.serve(listening);
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                // Only the end of the input matters.
            }
        } catch (IOException e) {
            // A broken input is an end, too.
        }
        System.exit(0);
    }

    private void serve(ServerSocketChannel listening) throws IOException {
        while (true) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    accept(listening);
                } else {
                    ((Client) key.attachment()).advance(key);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void accept(ServerSocketChannel listening) throws IOException {
        SocketChannel channel = listening.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ, new Client(channel));
        }
    }

    /** One connection, with one response at a time. */
    private static final class Client {
        private static final ByteBuffer ONE = answer(1);
        private static final ByteBuffer TWO_HUNDRED = answer(200);

        private final SocketChannel channel;
        private final ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES);
        private @Nullable ByteBuffer answering;

        Client(SocketChannel channel) {
            this.channel = channel;
        }

        void advance(SelectionKey key) throws IOException {
            try {
                if (answering == null && channel.read(request) < 0) {
                    channel.close();
                    return;
                }
                if (answering == null && isWhole()) {
                    boolean one = request.get(6) == '1';
                    answering = (one ? ONE : TWO_HUNDRED).duplicate();
                    request.clear();
                }
                if (answering != null) {
                    channel.write(answering);
                    boolean written = !answering.hasRemaining();
                    answering = written ? null : answering;
                    key.interestOps(written ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
                }
            } catch (IOException e) {
                channel.close();
            }
        }

        private boolean isWhole() {
            String text = new String(request.array(), 0, request.position(), StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            if (head < 0) {
                return false;
            }
            int field = text.toLowerCase(Locale.ROOT).indexOf("content-length:");
            int length = field < 0
                    ? 0
                    : Integer.parseInt(text.substring(field + 15, text.indexOf('\r', field))
                            .strip());
            return text.length() >= head + 4 + length;
        }

        private static ByteBuffer answer(int chunks) {
            StringBuilder answer = new StringBuilder(HEAD);
            for (int i = 0; i < chunks; i++) {
                append(
                        answer,
                        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n");
            }
            append(answer, "data: [DONE]\n\n");
            answer.append("0\r\n\r\n");
            return ByteBuffer.wrap(answer.toString().getBytes(StandardCharsets.US_ASCII));
        }

        private static void append(StringBuilder answer, String event) {
            answer.append(Integer.toHexString(event.length()))
                    .append("\r\n")
                    .append(event)
                    .append("\r\n");
        }
    }
}
