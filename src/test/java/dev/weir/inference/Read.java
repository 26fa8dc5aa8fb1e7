package dev.weir.inference;

import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads streams in tests; each wait is limited to {@link #LIMIT}. */
public final class Read {
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private Read() {}

    /** All chunks of a stream that ends without failure. */
    public static List<String> chunks(ChunkSource source) throws InterruptedException {
        List<String> chunks = new ArrayList<>();
        Received received = next(source);
        while (received instanceof Received.Chunk chunk) {
            chunks.add((String) chunk.value());
            received = next(source);
        }
        if (received instanceof Received.Failed failed) {
            throw failed.cause();
        }
        return chunks;
    }

    /** The text of a stream that ends without failure. */
    public static String text(ChunkSource source) throws InterruptedException {
        return String.join("", chunks(source));
    }

    /** The next chunk or end. */
    public static Received next(ChunkSource source) throws InterruptedException {
        Received received = BlockingReader.poll(source, LIMIT);
        if (received == null) {
            throw new AssertionError("nothing came within " + LIMIT);
        }
        return received;
    }
}
