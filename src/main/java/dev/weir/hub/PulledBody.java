package dev.weir.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, pulled by one reader piece by piece. Each wait has a time-out: a connection that died silently ends,
 * where the HTTP client's own streams would block for ever. A piece is requested only when the reader asks for it.
 */
final class PulledBody implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
    private final Duration timeout;
    /** Holds at most one piece and the end, because pieces are requested one at a time. */
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    private Flow.@Nullable Subscription subscription;
    private boolean closed;

    private record Signal(
            List<ByteBuffer> piece, boolean end, @Nullable Throwable failure) {}

    private PulledBody(Duration timeout) {
        this.timeout = timeout;
    }

    static HttpResponse.BodyHandler<PulledBody> handler(Duration timeout) {
        return info -> {
            PulledBody body = new PulledBody(timeout);
            return new HttpResponse.BodySubscriber<>() {
                @Override
                public CompletionStage<PulledBody> getBody() {
                    return CompletableFuture.completedStage(body);
                }

                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    body.onSubscribe(subscription);
                }

                @Override
                public void onNext(List<ByteBuffer> piece) {
                    body.onNext(piece);
                }

                @Override
                public void onError(Throwable failure) {
                    body.onError(failure);
                }

                @Override
                public void onComplete() {
                    body.onComplete();
                }
            };
        };
    }

    /**
     * Returns the next piece; empty at the end. Blocks, at most for the time-out.
     *
     * @throws IOException if the response fails, or if nothing arrives within the time-out
     */
    List<ByteBuffer> next() throws IOException, InterruptedException {
        synchronized (this) {
            if (subscription != null) {
                subscription.request(1);
            }
        }
        Signal signal = signals.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (signal == null) {
            throw new HttpTimeoutException("nothing came for " + timeout.toSeconds() + " s");
        }
        if (signal.failure() != null) {
            throw new IOException(Reasons.of(signal.failure()), signal.failure());
        }
        return signal.piece();
    }

    /**
     * Returns the whole body; empty if it is longer than {@code most} bytes. Blocks.
     *
     * @throws IOException if the response fails or is too slow
     */
    Optional<byte[]> readAll(int most) throws IOException, InterruptedException {
        LeastRate rate = new LeastRate(timeout, 0);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (List<ByteBuffer> piece = next(); !piece.isEmpty(); piece = next()) {
            for (ByteBuffer buffer : piece) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                all.write(bytes, 0, bytes.length);
            }
            if (all.size() > most) {
                return Optional.empty();
            }
            rate.check(all.size());
        }
        return Optional.of(all.toByteArray());
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else if (signals.isEmpty()) {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> piece) {
        signals.add(new Signal(piece, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Signal(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(List.of(), true, null));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
