package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResponsePumpTest {
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration NEVER = PumpFixture.NEVER;

    private final ChunkQueue queue = new ChunkQueue(8);
    private final RecordingResponse response = new RecordingResponse();
    private PumpFixture fixture = new PumpFixture();

    @AfterEach
    void end() {
        fixture.close();
    }

    private void limits(Duration heartbeat, Duration firstChunkWait, Duration writeTimeout) {
        fixture.close();
        fixture = new PumpFixture(
                new OpenResponses.Limits(heartbeat, firstChunkWait, writeTimeout), responses -> List.of());
    }

    /** Blocks in the second write until it is interrupted. */
    private static final class TakesNothing extends RecordingResponse {
        private final ChunkQueue queue;
        private final CountDownLatch stuck = new CountDownLatch(1);
        private final AtomicBoolean interrupted = new AtomicBoolean();

        TakesNothing(ChunkQueue queue) {
            this.queue = queue;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            boolean first = writes.isEmpty();
            super.write(bytes, from, length);
            if (first) {
                queue.offer("b");
            } else if (!interrupted.get()) {
                stuck.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.set(true);
                    throw new InterruptedIOException();
                }
            }
        }
    }

    @Test
    void whatIsReadyIsWrittenInOneCall() throws Exception {
        queue.offer("a");
        queue.offer("b");
        queue.complete();
        fixture.write(EventFraming.text(), queue, response);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
        assertThat(response.writes).containsExactly("data: a\n\ndata: b\n\n");
        assertThat(fixture.delivery.chunks()).isEqualTo(2);
        assertThat(fixture.delivery.bytes()).isEqualTo(18);
        assertThat(fixture.delivery.firstChunk()).isPresent();
        assertThat(response.hasEnded()).isTrue();
        assertThat(response.isAborted()).isFalse();
        assertThat(fixture.open.count()).isZero();
    }

    @Test
    void anErrorBeforeTheFirstChunkHasItsOwnStatus() throws Exception {
        queue.offer("");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        fixture.write(EventFraming.text(), queue, response);
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.written()).isEqualTo("{\"detail\":\"gone\"}");
    }

    @Test
    void anErrorAfterTheFirstChunkIsAnEventOfItsOwn() throws Exception {
        queue.offer("a");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        fixture.write(EventFraming.text(), queue, response);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.written()).isEqualTo("data: a\n\nevent: error\ndata: {\"detail\":\"gone\"}\n\n");
    }

    @Test
    void anErrorInAStreamOfBytesEndsIt() throws Exception {
        queue.offer(new byte[] {65});
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        fixture.write(EventFraming.bytes("audio/wav"), queue, response);
        assertThat(response.writes).containsExactly("A");
        assertThat(response.isAborted()).isTrue();
    }

    @Test
    void everyChunkIsWrittenOnceAndInOrder() throws Exception {
        ResponsePump pump = fixture.pump(response);
        pump.stream(PumpFixture.stream(EventFraming.json(), queue));
        for (int i = 0; i < 2_000; i++) {
            while (!queue.offer(i)) {
                Thread.onSpinWait();
            }
        }
        queue.complete();
        response.awaitEnd();
        String expected =
                IntStream.range(0, 2_000).mapToObj(i -> "data: " + i + "\n\n").collect(Collectors.joining());
        assertThat(response.written()).isEqualTo(expected);
    }

    @Test
    void silenceIsFilledWithComments() throws Exception {
        limits(SHORT, NEVER, Duration.ZERO);
        queue.offer("a");
        fixture.pump(response).stream(PumpFixture.stream(EventFraming.text(), queue));
        while (response.writes.size() < 3) {
            Thread.onSpinWait();
        }
        queue.complete();
        response.awaitEnd();
        assertThat(response.writes).startsWith("data: a\n\n", ":\n\n", ":\n\n");
    }

    @Test
    void theHeadDoesNotWaitForTheFirstChunkForLongAndNoBlockWithoutDataStandsInFrontOfIt() throws Exception {
        limits(SHORT, SHORT, Duration.ZERO);
        ResponsePump pump = fixture.pump(response);
        pump.announce(new ResponsePump.Stream(EventFraming.text(), Map.of(), 200, null));
        pump.runBegan();
        while (response.writes.size() < 2) {
            Thread.onSpinWait();
        }
        queue.offer("a");
        queue.complete();
        pump.stream(PumpFixture.stream(EventFraming.text(), queue));
        response.awaitEnd();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.written()).matches("(:\n)+data: a\n\n");
    }

    @Test
    void aFailureAfterSuchAHeadIsAnEvent() throws Exception {
        limits(Duration.ZERO, SHORT, Duration.ZERO);
        ResponsePump pump = fixture.pump(response);
        pump.announce(new ResponsePump.Stream(EventFraming.text(), Map.of(), 200, null));
        pump.runBegan();
        while (response.writes.isEmpty()) {
            Thread.onSpinWait();
        }
        pump.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        response.awaitEnd();
        assertThat(response.written()).isEqualTo(":\nevent: error\ndata: {\"detail\":\"gone\"}\n\n");
    }

    @Test
    void aValueAfterSuchAHeadIsAnEvent() throws Exception {
        limits(Duration.ZERO, SHORT, Duration.ZERO);
        ResponsePump pump = fixture.pump(response);
        pump.announce(new ResponsePump.Stream(EventFraming.json(), Map.of(), 200, null));
        pump.runBegan();
        while (response.writes.isEmpty()) {
            Thread.onSpinWait();
        }
        queue.offer(1);
        queue.complete();
        pump.answer(new ResponsePump.Whole(200, Map.of(), new byte[] {'1'}, 0), queue);
        response.awaitEnd();
        assertThat(response.written()).isEqualTo(":\ndata: 1\n\n");
    }

    @Test
    void aWholeAnswerIsWrittenWhole() throws Exception {
        byte[] body = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        fixture.pump(response).answer(new ResponsePump.Whole(201, Map.of("X", "y"), body, 0), queue);
        response.awaitEnd();
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.header("X")).isEqualTo("y");
        assertThat(response.written()).hasSize(100_000);
        fixture.awaitOver();
        assertThat(fixture.delivery.bytes()).isEqualTo(100_000);
    }

    @Test
    void aClientThatHasGoneCancelsTheProducer() throws Exception {
        queue.offer("a");
        RecordingResponse broken = new RecordingResponse() {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        fixture.write(EventFraming.text(), queue, broken);
        assertThat(queue.isCancelled()).isTrue();
        assertThat(fixture.gone).containsExactly("client disconnected");
        assertThat(fixture.delivery.chunks()).isZero();
        assertThat(fixture.delivery.bytes()).isZero();
        assertThat(broken.isAborted()).isTrue();
    }

    @Test
    void whatTheProgramCannotWriteIsToldAsAnError() throws Exception {
        queue.offer("a");
        RecordingResponse faulty = new RecordingResponse() {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (writes.size() == 1) {
                    writes.add("");
                    throw new OutOfMemoryError("a test's");
                }
                super.write(bytes, from, length);
                queue.offer("b");
            }
        };
        fixture.write(EventFraming.text(), queue, faulty);
        assertThat(faulty.written()).startsWith("data: a\n\n").contains("event: error");
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aClientThatTakesNothingIsDroppedWithALastWord() throws Exception {
        limits(Duration.ZERO, NEVER, SHORT);
        TakesNothing slow = new TakesNothing(queue);
        queue.offer("a");
        fixture.write(EventFraming.text(), queue, slow);
        assertThat(slow.interrupted).isTrue();
        assertThat(fixture.gone).contains("the client took nothing for 1 ms (weir.sse.write-timeout)");
        assertThat(slow.writes)
                .containsExactly(
                        "data: a\n\n",
                        "data: b\n\n",
                        "\n\nevent: error\ndata: {\"detail\":\"the client was too slow\"}\n\n");
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void theEndOfTheServerBreaksOffAWriteThatIsUnderWay() throws Exception {
        TakesNothing slow = new TakesNothing(queue);
        queue.offer("a");
        fixture.pump(slow).stream(PumpFixture.stream(EventFraming.text(), queue));
        slow.stuck.await();
        fixture.open.cutOff(WeirException.shuttingDown(null));
        assertThat(fixture.open.awaitNone(Duration.ofSeconds(10))).isZero();
        assertThat(slow.interrupted).isTrue();
        assertThat(slow.written()).contains("event: error");
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void theEndOfTheServerIsToldToAClientThatWaits() throws Exception {
        queue.offer("a");
        fixture.pump(response).stream(PumpFixture.stream(EventFraming.text(), queue));
        while (response.writes.isEmpty()) {
            Thread.onSpinWait();
        }
        fixture.open.cutOff(new WeirException(ErrorCode.SHUTTING_DOWN, "over"));
        response.awaitEnd();
        assertThat(response.written()).isEqualTo("data: a\n\nevent: error\ndata: {\"detail\":\"over\"}\n\n");
    }

    @Test
    void anInterruptThatWasForAWriteIsNotLeftToTheNextTask() throws Exception {
        TakesNothing slow = new TakesNothing(queue);
        queue.offer("a");
        AtomicBoolean left = new AtomicBoolean();
        fixture.pump(slow).stream(PumpFixture.stream(EventFraming.text(), queue));
        slow.stuck.await();
        fixture.open.cutOff(WeirException.shuttingDown(null));
        slow.awaitEnd();
        for (int i = 0; i < 8; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            fixture.tasks()
                    .execute(
                            () -> {
                                left.compareAndSet(false, Thread.currentThread().isInterrupted());
                                ran.countDown();
                            },
                            refusal -> {});
            ran.await();
        }
        assertThat(left).isFalse();
    }

    @Test
    void aClientThatIsFoundGoneBeforeAnythingCouldBeWrittenEndsItsRun() throws Exception {
        fixture.close();
        fixture = new PumpFixture(new OpenResponses.Limits(SHORT, SHORT, Duration.ZERO), responses -> responses);
        fixture.pump(response);
        response.awaitEnd();
        fixture.awaitOver();
        assertThat(fixture.gone).contains("client disconnected");
    }

    @Test
    void whatComesAfterTheEndIsClosed() throws Exception {
        ResponsePump pump = fixture.pump(response);
        pump.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        fixture.awaitOver();
        pump.stream(PumpFixture.stream(EventFraming.text(), queue));
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void chunksThatGiveNoBytesKeepNobodyFromCuttingTheStreamOff() throws Exception {
        ChunkSource endless = new ChunkSource() {
            @Override
            public Received poll(Runnable whenReadable) {
                return new Received.Chunk("");
            }

            @Override
            public void close() {}
        };
        fixture.pump(response).stream(PumpFixture.stream(EventFraming.text(), endless));
        fixture.open.cutOff(new WeirException(ErrorCode.SHUTTING_DOWN, "over"));
        response.awaitEnd();
        assertThat(response.status()).isEqualTo(503);
    }

    @Test
    void anEmptyStreamIsAnEmptyResponse() throws Exception {
        queue.complete();
        fixture.write(EventFraming.text(), queue, response);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.written()).isEmpty();
    }

    @Test
    void anEmptyStreamMayHaveAStatusOfItsOwn() throws Exception {
        queue.complete();
        fixture.pump(response).stream(new ResponsePump.Stream(EventFraming.text(), Map.of(), 204, queue));
        response.awaitEnd();
        assertThat(response.status()).isEqualTo(204);
    }
}
