package dev.weir.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads many concurrent streams of a {@link PacedUpstream} through a server, on one thread, and measures the delay of each
 * chunk. It reads once a millisecond, so that the clients, which run on other machines in production, leave the processors to
 * the server. The delay of a chunk includes that millisecond.
 */
public final class Load {
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private final Selector selector = Selector.open();
    private final InetSocketAddress server;
    private final byte[] request;
    private final int streams;
    private final int chunks;
    private final long rampNanos;
    private final long[] lags;
    private final long[] firsts;
    private final Map<String, Integer> failures = new TreeMap<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(64 << 10);
    private int lagCount;
    /** The index of the first chunk during the time in which all streams ran, and the index after the last such chunk. */
    private int togetherFrom;

    private int togetherTo;
    private int firstCount;
    private int begun;
    private int ended;

    /** One stream. */
    private final class Reader {
        private final long begunNanos = System.nanoTime();
        private final EventClient events = new EventClient(this::event);

        private void event(long madeNanos) {
            long now = System.nanoTime();
            if (events.events() == 1) {
                firsts[firstCount++] = now - begunNanos;
                togetherFrom = lagCount;
            }
            if (lagCount < lags.length) {
                lags[lagCount++] = now - madeNanos;
            }
        }
    }

    /**
     * The results.
     *
     * @param failures the number of failed streams, by reason
     * @param lagMillis from the creation of a chunk to its arrival
     * @param firstMillis from a stream's connection to its first chunk
     * @param together the chunks during the time in which all streams ran: after the last start, before the first end
     */
    public record Report(
            int streams,
            int whole,
            Map<String, Integer> failures,
            Percentiles lagMillis,
            Percentiles firstMillis,
            double within50Millis,
            double chunksPerSecond,
            Together together) {}

    /** The chunks during the time in which all streams ran; none if they never did. */
    public record Together(int chunks, Percentiles lagMillis, double within50Millis) {}

    /** Percentiles in milliseconds. */
    public record Percentiles(double p50, double p90, double p99, double max) {
        static Percentiles of(long[] nanos, int from, int to) {
            long[] sorted = Arrays.copyOfRange(nanos, from, to);
            Arrays.sort(sorted);
            return new Percentiles(at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
        }

        private static double at(long[] sorted, double part) {
            return sorted.length == 0
                    ? Double.NaN
                    : Math.round(sorted[(int) Math.min(sorted.length - 1, part * sorted.length)] / 1e4) / 1e2;
        }
    }

    private Load(URI run, int streams, int chunks, int rampMillis) throws IOException {
        String body = "{\"input\":{\"prompt\":\"Hello\"},\"output_only\":true}";
        this.server = new InetSocketAddress(run.getHost(), run.getPort());
        this.request = ("POST " + run.getRawPath() + " HTTP/1.1\r\nHost: " + run.getAuthority()
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
        this.streams = streams;
        this.chunks = chunks;
        this.rampNanos = rampMillis * 1_000_000L;
        this.lags = new long[streams * chunks];
        this.firsts = new long[streams];
    }

    /**
     * Runs the default workflow {@code streams} times and reads all its streams to their ends.
     *
     * @param run the URL that starts a run
     * @param chunks the number of chunks of each stream
     * @param rampMillis the time over which the streams start, in sequence; 0 for all at once
     */
    public static Report run(URI run, int streams, int chunks, int rampMillis) throws IOException {
        return new Load(run, streams, chunks, rampMillis).run();
    }

    private Report run() throws IOException {
        long start = System.nanoTime();
        while (ended < streams && System.nanoTime() - start < PATIENCE_NANOS) {
            while (begun < streams && System.nanoTime() - start >= rampNanos * begun / streams) {
                begun++;
                connect();
            }
            selector.select(this::ready, 5);
            LockSupport.parkNanos(1_000_000);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                end(key, "not over in time");
            }
        }
        selector.close();
        int from = Math.min(togetherFrom, togetherTo);
        return new Report(
                streams,
                streams - failures.values().stream().mapToInt(Integer::intValue).sum(),
                failures,
                Percentiles.of(lags, 0, lagCount),
                Percentiles.of(firsts, 0, firstCount),
                within50Millis(0, lagCount),
                Math.round(lagCount / seconds),
                new Together(
                        togetherTo - from, Percentiles.of(lags, from, togetherTo), within50Millis(from, togetherTo)));
    }

    /** The percentage of chunks within 50 ms. */
    private double within50Millis(int from, int to) {
        long within =
                Arrays.stream(lags, from, to).filter(lag -> lag <= 50_000_000).count();
        return Math.round(1e5 * within / Math.max(1, to - from)) / 1e3;
    }

    private void connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, new Reader());
        if (channel.connect(server)) {
            ask(key);
        }
    }

    private void ask(SelectionKey key) throws IOException {
        ((SocketChannel) key.channel()).write(ByteBuffer.wrap(request));
        key.interestOps(SelectionKey.OP_READ);
    }

    private void ready(SelectionKey key) {
        Reader reader = (Reader) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                ask(key);
                return;
            }
            received.clear();
            boolean over = channel.read(received) < 0;
            reader.events.read(received.flip());
            if (over || reader.events.lacks(chunks).isEmpty()) {
                end(key, reader.events.lacks(chunks));
            }
        } catch (IOException e) {
            end(key, String.valueOf(e.getMessage()));
        }
    }

    private void end(SelectionKey key, String failure) {
        if (ended++ == 0) {
            togetherTo = lagCount;
        }
        if (!failure.isEmpty()) {
            failures.merge(failure, 1, Integer::sum);
        }
        try {
            key.channel().close();
        } catch (IOException e) {
            failures.merge("not closed: " + e.getMessage(), 1, Integer::sum);
        }
    }

    /**
     * Measures a running server with a workflow that calls the upstream's port; a first round warms it up.
     *
     * @param args the URL that starts a run; the upstream's port; the numbers of streams and of chunks a stream; the
     *     milliseconds between chunks and over which the streams start; the number of rounds
     */
    public static void main(String[] args) throws IOException {
        int[] numbers =
                Arrays.stream(args, 1, args.length).mapToInt(Integer::parseInt).toArray();
        try (PacedUpstream upstream = new PacedUpstream(numbers[0], numbers[2], numbers[3])) {
            System.out.println(upstream.url());
            for (int round = 0; round < numbers[5]; round++) {
                System.out.println(run(URI.create(args[0]), numbers[1], numbers[2], numbers[4]));
            }
        }
    }
}
