package dev.weir.component.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Received;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lines of a command for a reader that is slow. */
@Timeout(60)
class LineOutputTest {
    private final ChunkQueue lines = new ChunkQueue(2);
    private final LineOutput output = new LineOutput(lines, 1_000);

    private CompletableFuture<Void> reading(String text) {
        return CompletableFuture.runAsync(() -> {
            try {
                output.stdout(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void theTimeOfAWaitForTheReaderIsMeasuredUntilItsEnd() throws InterruptedException {
        CompletableFuture<Void> reading = reading("a\nb\nc\n");
        while (output.heldNanos() == 0) {
            Thread.onSpinWait();
        }
        long held = output.heldNanos();
        while (output.heldNanos() == held) {
            Thread.onSpinWait();
        }
        assertThat(reading).isNotDone();
        for (String line : new String[] {"a\n", "b\n", "c\n"}) {
            assertThat(BlockingReader.take(lines)).isEqualTo(new Received.Chunk(line));
        }
        reading.join();

        assertThat(output.heldNanos()).isGreaterThan(held).isEqualTo(output.heldNanos());
    }

    @Test
    void aReaderThatIsFastEnoughHoldsNothing() {
        reading("a\nb\n").join();

        assertThat(output.heldNanos()).isZero();
    }
}
