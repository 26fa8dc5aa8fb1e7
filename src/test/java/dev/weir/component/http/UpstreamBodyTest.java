package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.body.BodyDecoder;
import dev.weir.component.http.body.BodyLimits;
import dev.weir.component.http.body.Framing;
import dev.weir.component.http.body.StreamReading;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.telemetry.CallMeter;
import dev.weir.telemetry.TraceContext;
import dev.weir.upstream.UpstreamCall;
import dev.weir.upstream.UpstreamFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UpstreamBodyTest {
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
    private final Cancellation cancellation = new Cancellation();
    private final AnswerReceiver answer = new AnswerReceiver();
    private final FakeCall call = new FakeCall();
    private final AtomicInteger closed = new AtomicInteger();
    private Duration timeout = Duration.ofSeconds(10);
    private String faultIn = "";

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    /** Gives a scripted answer to each request for a piece. */
    private static final class FakeCall implements UpstreamCall {
        private final List<Runnable> signals = new ArrayList<>();
        private final AtomicInteger requests = new AtomicInteger();
        private final AtomicInteger cancels = new AtomicInteger();

        @Override
        public void request() {
            requests.incrementAndGet();
            if (!signals.isEmpty()) {
                signals.remove(0).run();
            }
        }

        @Override
        public void cancel() {
            cancels.incrementAndGet();
        }

        @Override
        public State state() {
            return State.SENT;
        }
    }

    private void piece(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        answer.onPiece(ByteBuffer.wrap(bytes));
        Arrays.fill(bytes, (byte) '#'); // The bytes belong to the client again.
    }

    private ChunkSource read(int capacity) {
        Deadline deadline = Deadline.after(Duration.ofMinutes(30), new Timers(timers));
        CallContext context = new CallContext(
                new HttpLimits(capacity, 1 << 20, 1000, 1000),
                timeout,
                new Tasks(Runnable::run),
                new Timers(timers),
                TraceContext.NONE,
                CallMeter.NONE,
                cancellation,
                deadline);
        BodyDecoder events = new StreamReading(Framing.SSE, false, "", new BodyLimits(1000, 1000, 1000)).decoder();
        ChunkSource source = UpstreamBody.read(call, answer, "Content-Length: 9", new Watched(events), context);
        deadline.close(); // The call has ended, but the stream still refers to it.
        return source;
    }

    /** Counts the closes of a decoder. */
    private final class Watched implements BodyDecoder {
        private final BodyDecoder decoder;

        Watched(BodyDecoder decoder) {
            this.decoder = decoder;
        }

        private void fault(String here) {
            if (here.equals(faultIn)) {
                throw new OutOfMemoryError("by the test");
            }
        }

        @Override
        public void add(ByteBuffer piece) {
            fault("add");
            decoder.add(piece);
        }

        @Override
        public @Nullable Object next() {
            fault("next");
            return decoder.next();
        }

        @Override
        public boolean isDone() {
            return decoder.isDone();
        }

        @Override
        public void end() {
            fault("end");
            decoder.end();
        }

        @Override
        public void close() {
            closed.set(1);
            decoder.close();
        }
    }

    private static Received.Failed failed(Received received) {
        assertThat(received).isInstanceOf(Received.Failed.class);
        return (Received.Failed) received;
    }

    @Test
    void aPieceIsNotLostThoughTheEndComesBeforeItIsDecoded() throws Exception {
        call.signals.add(() -> {
            piece("data: a\n\ndata: b\n\n");
            answer.onEnd();
        });
        ChunkSource source = read(4);
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("a"));
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("b"));
        assertThat(BlockingReader.take(source)).isInstanceOf(Received.Completed.class);
        assertThat(closed).hasValue(1);
    }

    @Test
    void aPieceIsNotLostThoughTheFailureComesBeforeItIsDecoded() throws Exception {
        call.signals.add(() -> {
            piece("data: a\n\n");
            answer.onFailure(new UpstreamFailure(UpstreamFailure.Kind.BROKE_OFF, "reset", null));
        });
        ChunkSource source = read(4);
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("a"));
        assertThat(failed(BlockingReader.take(source)).cause().code()).isEqualTo(ErrorCode.UPSTREAM_BROKE_OFF);
        assertThat(closed).hasValue(1);
    }

    @Test
    void nothingIsAskedForWhileTheQueueIsFull() throws Exception {
        call.signals.add(() -> piece("data: a\n\ndata: b\n\ndata: c\n\ndata: d\n\n"));
        ChunkSource source = read(2);
        assertThat(call.requests).hasValue(1);
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("a"));
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("b"));
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("c"));
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("d"));
        assertThat(call.requests).hasValue(2);
        assertThat(source.poll()).isNull();
    }

    @Test
    void whatFoundNoRoomComesBeforeTheFailure() throws Exception {
        timeout = Duration.ofMillis(50);
        call.signals.add(() -> {
            piece("data: a\n\ndata: b\n\n");
            answer.onFailure(new UpstreamFailure(UpstreamFailure.Kind.TRUNCATED, "cut", null));
        });
        ChunkSource source = read(1);
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("a"));
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("b"));
        assertThat(failed(BlockingReader.take(source)).cause().detail()).contains("cut short", "Content-Length: 9");
    }

    /** Each kind of end releases all resources of a stream. */
    @ParameterizedTest
    @ValueSource(strings = {"reader", "run", "stall", "error", "done"})
    void everyEndCancelsTheCallAndClosesTheDecoder(String how) throws Exception {
        timeout = Duration.ofMillis("stall".equals(how) ? 50 : 20_000);
        call.signals.add(() -> piece(
                switch (how) {
                    case "error" -> "data: a\n\nevent: error\ndata: broken\n\n";
                    case "done" -> "data: a\n\ndata: [DONE]\n\n";
                    default -> "data: a\n\n";
                }));
        ChunkSource source = read(4);
        assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk("a"));
        if (how.equals("reader")) {
            source.close();
        } else if (how.equals("run")) {
            cancellation.cancel("client disconnected");
        }
        Received end = BlockingReader.take(source);
        assertThat(end instanceof Received.Completed).isEqualTo(how.equals("done"));
        CallFixture.await(() -> closed.get() == 1 && call.cancels.get() >= 1);
        // No timer remains, except the timer that waits for the end of the upstream's body.
        CallFixture.await(() -> timers.getQueue().stream().allMatch(task -> ((Future<?>) task).isCancelled()));
    }

    /** An Error of the JVM also ends the stream. */
    @ParameterizedTest
    @ValueSource(strings = {"add", "next", "end"})
    void anErrorOfTheDecoderEndsTheStreamAndReleasesIt(String where) throws Exception {
        call.signals.add(() -> {
            piece("data: a\n\n");
            answer.onEnd();
        });
        faultIn = where;
        ChunkSource source = read(4);
        Received end = BlockingReader.take(source);
        while (end instanceof Received.Chunk) {
            end = BlockingReader.take(source);
        }
        assertThat(failed(end).cause().code()).isEqualTo(ErrorCode.INTERNAL);
        CallFixture.await(() -> closed.get() == 1 && call.cancels.get() >= 1);
    }

    @Test
    void aTimerThatCannotBeHadFailsTheStream() throws Exception {
        timers.shutdownNow();
        ChunkSource source = read(4);
        assertThat(failed(BlockingReader.take(source)).cause().code()).isEqualTo(ErrorCode.NOT_READY);
        assertThat(closed).hasValue(1);
        assertThat(call.cancels.get()).isPositive();
    }

    /** Pieces on one thread and a slow reader on another, so that they meet at every step. */
    @Test
    void piecesAndReadsThatMeetLoseNothing() throws Exception {
        int events = 20_000;
        Semaphore wanted = new Semaphore(0);
        UpstreamCall asking = new UpstreamCall() {
            @Override
            public void request() {
                wanted.release();
            }

            @Override
            public void cancel() {}

            @Override
            public State state() {
                return State.SENT;
            }
        };
        Thread upstream = new Thread(() -> {
            for (int i = 0; i < events; i += 4) {
                wanted.acquireUninterruptibly();
                StringBuilder text = new StringBuilder();
                for (int j = i; j < i + 4; j++) {
                    text.append("data: ").append(j).append("\n\n");
                }
                piece(text.toString());
            }
            wanted.acquireUninterruptibly();
            answer.onEnd();
        });
        Deadline deadline = Deadline.after(Duration.ofMinutes(30), new Timers(timers));
        CallContext context = new CallContext(
                new HttpLimits(3, 1 << 20, 1000, 1000),
                timeout,
                new Tasks(Runnable::run),
                new Timers(timers),
                TraceContext.NONE,
                CallMeter.NONE,
                cancellation,
                deadline);
        BodyDecoder decoder = new StreamReading(Framing.SSE, false, "", new BodyLimits(1000, 1000, 1000)).decoder();
        ChunkSource source = UpstreamBody.read(asking, answer, "", decoder, context);
        upstream.start();
        for (int i = 0; i < events; i++) {
            assertThat(BlockingReader.take(source)).isEqualTo(new Received.Chunk(String.valueOf(i)));
        }
        assertThat(BlockingReader.take(source)).isInstanceOf(Received.Completed.class);
        upstream.join(TimeUnit.SECONDS.toMillis(20));
    }
}
