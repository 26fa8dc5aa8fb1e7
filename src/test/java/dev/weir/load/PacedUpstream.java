package dev.weir.load;

import dev.weir.component.http.FakeUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.PriorityQueue;

/**
 * An upstream in the OpenAI style for measurements. It answers each request with a stream of chunks at a steady pace. Each
 * chunk contains the time of its creation ({@link System#nanoTime}). One thread serves all streams and creates the due chunks
 * once a millisecond, so that thousands of streams cost little compared with the measured server.
 */
public final class PacedUpstream implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long IDLE_NANOS = 1_000_000_000;

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final PriorityQueue<Stream> schedule = new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));
    private final ByteBuffer received = ByteBuffer.allocate(64 << 10);
    private final Thread thread = new Thread(this::serve, "paced upstream");
    private volatile int chunks;
    private final long paceNanos;
    private volatile boolean closed;

    /** One connection, and its current stream, if there is one. */
    private static final class Stream {
        private final SocketChannel channel;
        private final StringBuilder request = new StringBuilder();
        private int sent;
        private long due;

        Stream(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /**
     * Listens on loopback.
     *
     * @param port 0 for any free port
     * @param chunks the number of chunks of a stream
     * @param paceMillis the time between two chunks
     */
    public PacedUpstream(int port, int chunks, int paceMillis) throws IOException {
        this.chunks = chunks;
        this.paceNanos = paceMillis * 1_000_000L;
        listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        thread.start();
    }

    /** The URL, such as {@code http://127.0.0.1:41235}. */
    public String url() {
        return "http://127.0.0.1:" + listener.socket().getLocalPort();
    }

    /** Sets the number of chunks of later streams. */
    public void setChunks(int number) {
        chunks = number;
    }

    private void serve() {
        try {
            while (!closed) {
                Stream next = schedule.peek();
                long nanos = next == null ? IDLE_NANOS : next.due - System.nanoTime();
                // Rounded up: a check before the end of a millisecond would waste processor time.
                selector.select(this::ready, Math.max(1, (nanos + 999_999) / 1_000_000));
                sendDue();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
                    channel.configureBlocking(false);
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    channel.register(selector, SelectionKey.OP_READ, new Stream(channel));
                }
            } else {
                read((Stream) key.attachment());
            }
        } catch (IOException e) {
            key.cancel();
        }
    }

    private void read(Stream stream) throws IOException {
        received.clear();
        if (stream.channel.read(received) < 0) {
            schedule.remove(stream);
            stream.channel.close();
            return;
        }
        stream.request.append(StandardCharsets.ISO_8859_1.decode(received.flip()));
        int head = stream.request.indexOf("\r\n\r\n");
        if (head >= 0 && stream.request.length() >= head + 4 + contentLength(stream.request.substring(0, head))) {
            stream.request.setLength(0);
            stream.sent = 0;
            stream.due = System.nanoTime();
            write(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            schedule.add(stream);
        }
    }

    private static int contentLength(String head) {
        for (String line : head.split("\r\n", -1)) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                return Integer.parseInt(line.substring(15).strip());
            }
        }
        return 0;
    }

    private void sendDue() throws IOException {
        for (Stream next = schedule.peek(); next != null && next.due <= System.nanoTime(); next = schedule.peek()) {
            schedule.poll();
            if (next.sent++ < chunks) {
                write(next, chunk(FakeUpstream.openAi(" " + System.nanoTime())));
                next.due += paceNanos;
                schedule.add(next);
            } else {
                write(next, chunk("data: [DONE]\n\n") + "0\r\n\r\n");
            }
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /** A client that does not accept this small part at once has disconnected or stalls. It receives nothing more. */
    private void write(Stream stream, String ascii) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(ascii.getBytes(StandardCharsets.ISO_8859_1));
        try {
            stream.channel.write(bytes);
        } catch (IOException e) {
            bytes.limit(0);
            stream.channel.close();
        }
        if (bytes.hasRemaining()) {
            stream.channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
