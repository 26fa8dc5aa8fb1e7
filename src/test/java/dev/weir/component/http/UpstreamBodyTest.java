package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.body.BodyLimits;
import dev.weir.component.http.body.Framing;
import dev.weir.component.http.body.StreamReading;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpstreamBodyTest {
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    @Test
    void aPieceIsNotLostThoughTheEndComesBeforeItIsDecoded() throws Exception {
        ChunkSource source = read(subscriber -> {
            subscriber.onNext(piece("data: a\n\ndata: b\n\n"));
            subscriber.onComplete();
        });
        assertThat(source.take()).isEqualTo(new Received.Chunk("a"));
        assertThat(source.take()).isEqualTo(new Received.Chunk("b"));
        assertThat(source.take()).isInstanceOf(Received.Completed.class);
    }

    @Test
    void aPieceIsNotLostThoughTheFailureComesBeforeItIsDecoded() throws Exception {
        ChunkSource source = read(subscriber -> {
            subscriber.onNext(piece("data: a\n\n"));
            subscriber.onError(new IOException("reset"));
        });
        assertThat(source.take()).isEqualTo(new Received.Chunk("a"));
        assertThat(source.take())
                .isInstanceOfSatisfying(
                        Received.Failed.class,
                        failed -> assertThat(failed.cause().code()).isEqualTo(ErrorCode.UPSTREAM_BROKE_OFF));
    }

    /** A body whose signals come inside the request for its first piece, so that they wait for who made it. */
    private ChunkSource read(Consumer<Flow.Subscriber<? super List<ByteBuffer>>> signals) {
        CallContext context = new CallContext(
                new HttpLimits(4, 1000, 1000),
                Duration.ofSeconds(10),
                timers,
                new Cancellation(),
                Deadline.after(Optional.empty(), timers));
        return UpstreamBody.read(
                subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                    private boolean requested;

                    @Override
                    public void request(long count) {
                        if (!requested) {
                            requested = true;
                            signals.accept(subscriber);
                        }
                    }

                    @Override
                    public void cancel() {}
                }),
                new StreamReading(Framing.SSE, false, "", new BodyLimits(1000, 1000, 1000)).decoder(),
                context);
    }

    private static List<ByteBuffer> piece(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
