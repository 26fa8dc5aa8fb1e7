package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Delivery;
import dev.weir.stream.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StreamWriterTest {
    private final ChunkQueue queue = new ChunkQueue(8);
    private final List<String> writes = new ArrayList<>();
    private final Delivery delivery = new Delivery();
    private final AtomicInteger cancelled = new AtomicInteger();

    /** Keeps what each write held. */
    private final OutputStream client = new OutputStream() {
        @Override
        public void write(int one) {
            throw new AssertionError("a byte at a time");
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            writes.add(new String(bytes, from, length, StandardCharsets.UTF_8));
        }
    };

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
        StreamWriter writer = new StreamWriter(EventFraming.text(), Duration.ZERO, WeirException::detail, delivery);
        assertThat(writer.tellLast(gone, client)).isTrue();
        assertThat(writes).containsExactly("\n\nevent: error\ndata: too slow\n\n");
        StreamWriter bytes =
                new StreamWriter(EventFraming.bytes("audio/wav"), Duration.ZERO, WeirException::detail, delivery);
        assertThat(bytes.tellLast(gone, client)).isFalse();
    }

    @Test
    void anEmptyStreamIsAnEmptyResponse() throws Exception {
        queue.complete();
        write(EventFraming.text(), Duration.ZERO, queue.take(), client);
        assertThat(String.join("", writes)).isEmpty();
    }

    private void write(EventFraming framing, Duration heartbeat, Received first, OutputStream out) throws Exception {
        new StreamWriter(framing, heartbeat, failure -> "{\"detail\":\"" + failure.detail() + "\"}", delivery)
                .write(first, queue, out);
    }
}
