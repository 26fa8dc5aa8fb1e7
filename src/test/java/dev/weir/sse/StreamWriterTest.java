package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Delivery;
import dev.weir.stream.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StreamWriterTest {
    private final ChunkQueue queue = new ChunkQueue(8);
    private final List<String> writes = new ArrayList<>();
    private final Delivery delivery = new Delivery();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** Keeps what each write held. */
    private final OutputStream client = new OutputStream() {
        @Override
        public void write(int one) {
            throw new AssertionError("a byte at a time");
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            client(bytes, from, length);
        }
    };

    private void client(byte[] bytes, int from, int length) {
        writes.add(new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    @Test
    void whatIsReadyIsWrittenInOneCall() throws Exception {
        queue.offer("a");
        queue.offer("b");
        queue.complete();
        write(EventFraming.text(), Duration.ZERO, queue.take(), client);
        assertThat(writes).containsExactly("data: a\n\ndata: b\n\n");
        assertThat(delivery.chunks()).isEqualTo(2);
        assertThat(delivery.bytes()).isEqualTo(18);
        assertThat(delivery.firstChunk()).isPresent();
    }

    @Test
    void anErrorAfterTheFirstChunkIsAnEventOfItsOwn() throws Exception {
        queue.offer("a");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        write(EventFraming.text(), Duration.ZERO, queue.take(), client);
        assertThat(String.join("", writes)).isEqualTo("data: a\n\nevent: error\ndata: {\"detail\":\"gone\"}\n\n");
    }

    @Test
    void anErrorInAStreamOfBytesCutsIt() throws Exception {
        queue.offer(new byte[] {65});
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        Received first = queue.take();
        assertThatThrownBy(() -> write(EventFraming.bytes("audio/wav"), Duration.ZERO, first, client))
                .isInstanceOf(StreamWriter.UntoldFailureException.class)
                .hasRootCauseMessage("gone");
        assertThat(writes).containsExactly("A");
    }

    @Test
    void silenceIsFilledWithComments() throws Exception {
        queue.offer("a");
        OutputStream untilTwoComments = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                super.write(bytes, from, length);
                writes.add(new String(bytes, from, length, StandardCharsets.UTF_8));
                if (writes.size() == 3) {
                    queue.complete();
                }
            }
        };
        write(EventFraming.text(), Duration.ofMillis(1), queue.take(), untilTwoComments);
        assertThat(writes).startsWith("data: a\n\n", ":\n\n", ":\n\n");
    }

    @Test
    void aClientThatHasGoneCancelsTheProducer() throws Exception {
        queue.onCancel(cancelled::incrementAndGet);
        queue.offer("a");
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        Received first = queue.take();
        assertThatThrownBy(() -> write(EventFraming.text(), Duration.ZERO, first, gone))
                .isInstanceOf(IOException.class);
        assertThat(cancelled).hasValue(1);
        assertThat(delivery.chunks()).isZero();
        assertThat(delivery.bytes()).isZero();
    }

    @Test
    void aLastWordEndsWhateverEventWasBrokenOff() throws Exception {
        WeirException gone = new WeirException(ErrorCode.CANCELLED, "too slow");
        StreamWriter writer = writer(EventFraming.text(), Duration.ZERO);
        assertThat(writer.tellLast(gone, client)).isTrue();
        assertThat(writes).containsExactly("\n\nevent: error\ndata: {\"detail\":\"too slow\"}\n\n");
        StreamWriter bytes = writer(EventFraming.bytes("audio/wav"), Duration.ZERO);
        assertThat(bytes.tellLast(gone, client)).isFalse();
    }

    @Test
    void allButTheBeginningIsWrittenByOtherThreadsInOrder() throws Exception {
        List<Thread> writers = new ArrayList<>();
        OutputStream noting = new OutputStream() {
            @Override
            public void write(int one) {
                throw new AssertionError("a byte at a time");
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                writers.add(Thread.currentThread());
                client(bytes, from, length);
            }
        };
        queue.offer(0);
        Received first = queue.take();
        Future<?> producer = threads.submit(() -> {
            for (int i = 1; i < 2_000; i++) {
                while (!queue.offer(i)) {
                    Thread.onSpinWait();
                }
            }
            queue.complete();
        });

        write(EventFraming.json(), Duration.ZERO, first, noting);

        producer.get();
        String expected =
                IntStream.range(0, 2_000).mapToObj(i -> "data: " + i + "\n\n").collect(Collectors.joining());
        assertThat(String.join("", writes)).isEqualTo(expected);
        assertThat(writers.get(0)).isSameAs(Thread.currentThread());
        assertThat(writers.subList(1, writers.size())).isNotEmpty().doesNotContain(Thread.currentThread());
    }

    @Test
    void whatFailsOnAnotherThreadIsThrownByTheOneThatWaits() {
        queue.offer("a");
        ChunkSource failing = queue.map(chunk -> chunk);
        OutputStream broken = new OutputStream() {
            private boolean begun;

            @Override
            public void write(int one) {
                throw new AssertionError("a byte at a time");
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                if (begun) {
                    throw new IllegalStateException("the server cannot write");
                }
                begun = true;
                queue.offer("b");
            }
        };
        assertThatThrownBy(() -> writer(EventFraming.text(), Duration.ZERO).write(failing.take(), failing, broken))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the server cannot write");
        assertThat(queue.isCancelled()).isTrue();
    }

    /** A client that takes nothing holds the thread that writes to it, until the one that waits is told to end. */
    @Test
    void whoEndsAWaitAlsoEndsTheWriteThatIsUnderWay() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        AtomicBoolean leftByInterrupt = new AtomicBoolean();
        OutputStream takesNothing = new OutputStream() {
            private boolean begun;

            @Override
            public void write(int one) {
                throw new AssertionError("a byte at a time");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                client(bytes, from, length);
                if (!begun) {
                    begun = true;
                    queue.offer("b");
                    return;
                }
                stuck.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    leftByInterrupt.set(true);
                    throw new InterruptedIOException();
                }
            }
        };
        queue.offer("a");
        Received first = queue.take();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread owner = new Thread(() -> {
            try {
                write(EventFraming.text(), Duration.ZERO, first, takesNothing);
            } catch (Exception e) {
                thrown.set(e);
            }
        });
        owner.start();
        stuck.await();

        owner.interrupt();
        owner.join();

        assertThat(leftByInterrupt).isTrue();
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(queue.isCancelled()).isTrue();
        assertThat(writes).containsExactly("data: a\n\n", "data: b\n\n");
    }

    @Test
    void whoIsToldToEndWhileNothingIsThereTellsTheSourceSo() throws Exception {
        queue.offer("a");
        Received first = queue.take();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> write(EventFraming.text(), Duration.ZERO, first, client))
                .isInstanceOf(InterruptedException.class);
        assertThat(queue.isCancelled()).isTrue();
        assertThat(writes).containsExactly("data: a\n\n");
    }

    @Test
    void anEmptyStreamIsAnEmptyResponse() throws Exception {
        queue.complete();
        write(EventFraming.text(), Duration.ZERO, queue.take(), client);
        assertThat(String.join("", writes)).isEmpty();
    }

    private void write(EventFraming framing, Duration heartbeat, Received first, OutputStream out) throws Exception {
        writer(framing, heartbeat).write(first, queue, out);
    }

    private StreamWriter writer(EventFraming framing, Duration heartbeat) {
        return new StreamWriter(
                framing, heartbeat, failure -> "{\"detail\":\"" + failure.detail() + "\"}", delivery, threads);
    }
}
