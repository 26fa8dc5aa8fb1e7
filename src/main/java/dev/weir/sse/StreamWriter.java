package dev.weir.sse;

import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Delivery;
import dev.weir.stream.Received;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Moves one stream into one response. It takes all that is ready, writes it in one call and flushes once, so that a lone
 * chunk never waits for the next and a burst costs one system call. The calling thread waits for the life of the stream, and
 * shared threads write it; the client's pace is the producer's pace.
 */
public final class StreamWriter {
    /** Above this many bytes a burst is written without waiting for its end. */
    private static final int BURST_BYTES = 32 * 1024;

    private static final Duration NEVER = Duration.ofDays(365);

    private final EventFraming framing;
    private final Duration heartbeat;
    private final Function<WeirException, String> problem;
    private final ByteBuilder buffer = new ByteBuilder();
    private final Delivery delivery;
    private final Executor threads;
    private int framed;
    private @Nullable WeirException untold;

    /**
     * A writer for one response.
     *
     * @param heartbeat the silence after which a comment line keeps the connection alive; zero for never
     * @param problem the problem document of a failure, as JSON on one line
     * @param delivery is told what was written
     * @param threads write whatever comes after the beginning, many streams on few threads; a task of one stream blocks while
     *     its client takes nothing
     */
    public StreamWriter(
            EventFraming framing,
            Duration heartbeat,
            Function<WeirException, String> problem,
            Delivery delivery,
            Executor threads) {
        this.framing = framing;
        this.heartbeat = framing.tellsErrors() ? silence(heartbeat) : NEVER;
        this.problem = problem;
        this.delivery = delivery;
        this.threads = threads;
    }

    /** How long nothing is sent before a comment line is, for a heartbeat that is zero for never. */
    public static Duration silence(Duration heartbeat) {
        return heartbeat.isZero() ? NEVER : heartbeat;
    }

    /**
     * Writes {@code first}, if there is one, and then all of {@code source} to its end.
     *
     * <p>The source is closed in every case.
     *
     * @throws UntoldFailureException when the stream failed in a framing that cannot tell errors; the response must be cut,
     *     so that it does not look complete
     * @throws IOException when the client has gone
     */
    public void write(@Nullable Received first, ChunkSource source, OutputStream out)
            throws IOException, InterruptedException {
        try (source) {
            framing.begin(buffer);
            boolean ended = drain(first, source);
            send(out);
            // Open Liberty keeps the first bytes until it is asked a second time.
            out.flush();
            if (!ended) {
                relay(source, out);
            }
            throwIfCut();
        }
    }

    private void relay(ChunkSource source, OutputStream out) throws IOException, InterruptedException {
        try {
            new Relay(new Writing(source, out), threads, heartbeat).toTheEnd();
        } catch (InterruptedException e) {
            // The source learns, as from any reader, that the server ends and not the client has gone.
            Thread.currentThread().interrupt();
            source.take();
            Thread.interrupted(); // Of a source that had something, and did not look at it.
            throw e;
        }
    }

    /** All but the first of what is written. */
    private final class Writing implements Relay.Steps {
        private final ChunkSource source;
        private final OutputStream out;

        Writing(ChunkSource source, OutputStream out) {
            this.source = source;
            this.out = out;
        }

        @Override
        public Relay.Progress advance(Runnable whenReadable) throws IOException {
            Received received = source.poll(whenReadable);
            if (received == null) {
                return Relay.Progress.WAITS;
            }
            boolean ended = drain(received, source);
            send(out);
            return ended ? Relay.Progress.ENDED : Relay.Progress.MORE;
        }

        @Override
        public void beat() throws IOException {
            buffer.ascii(":\n\n");
            send(out);
        }
    }

    /** Writes what waits in one call, and flushes. */
    private void send(OutputStream out) throws IOException {
        int bytes = buffer.size();
        buffer.drainTo(out);
        out.flush();
        delivery.sent(framed, bytes);
        framed = 0;
    }

    /** Frames {@code received} and all that is ready behind it; true at the end of the stream. */
    private boolean drain(@Nullable Received received, ChunkSource source) {
        while (received instanceof Received.Chunk chunk) {
            int before = buffer.size();
            framing.frame(chunk.value(), buffer);
            framed += buffer.size() > before ? 1 : 0;
            if (buffer.size() >= BURST_BYTES) {
                return false;
            }
            received = source.poll();
        }
        if (received == null) {
            return false;
        }
        framing.finish(buffer);
        if (received instanceof Received.Failed failed) {
            tell(failed.cause());
        }
        return true;
    }

    private void tell(WeirException failure) {
        if (framing.tellsErrors()) {
            framing.fail(failure, problem.apply(failure), buffer);
        } else {
            untold = failure;
        }
    }

    /**
     * Adds a last word to a response whose write broke off, anywhere in an event: not every server lets such a response look
     * broken.
     *
     * @return false where the framing has no place for one
     */
    public boolean tellLast(WeirException failure, OutputStream out) throws IOException {
        if (framing.tellsErrors()) {
            ByteBuilder last = new ByteBuilder();
            last.ascii("\n\n");
            framing.fail(failure, problem.apply(failure), last);
            last.drainTo(out);
        }
        return framing.tellsErrors();
    }

    private void throwIfCut() throws IOException {
        if (untold != null) {
            throw new UntoldFailureException(untold);
        }
    }

    /** A stream failed where its bytes have no place for an error. */
    public static final class UntoldFailureException extends IOException {
        private static final long serialVersionUID = 1L;

        UntoldFailureException(WeirException failure) {
            super("the stream failed", failure);
        }
    }
}
