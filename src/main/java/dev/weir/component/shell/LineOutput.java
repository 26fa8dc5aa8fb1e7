package dev.weir.component.shell;

import dev.weir.WeirException;
import dev.weir.process.CommandRun;
import dev.weir.stream.ChunkQueue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a command's standard output as chunks, with their line feeds. A full queue stops the reading, and the full pipe
 * then stops the program. The standard error is read and dropped.
 */
final class LineOutput implements CommandRun.Outputs {
    private static final int PIECE_BYTES = 8_192;
    /** The first byte of a character in UTF-8 does not have these bits as {@link #CONTINUATION}. */
    private static final int CONTINUATION_MASK = 0xC0;

    private static final int CONTINUATION = 0x80;
    private static final int LONGEST_CHARACTER = 4;

    private final ChunkQueue lines;
    private final int longestBytes;
    private volatile boolean stopped;
    private volatile @Nullable CountDownLatch room;
    // Guarded by this:
    private long heldNanos;
    private long heldSince;
    private boolean held;

    LineOutput(ChunkQueue lines, int longestBytes) {
        this.lines = lines;
        this.longestBytes = longestBytes;
    }

    @Override
    public void stdout(InputStream output) throws IOException {
        Line line = new Line();
        byte[] piece = new byte[PIECE_BYTES];
        for (int length = output.read(piece); length >= 0; length = output.read(piece)) {
            for (int i = 0; i < length && !stopped; i++) {
                line.write(piece[i]);
                if (piece[i] == '\n') {
                    give(line.taken(line.size()));
                } else if (line.size() >= longestBytes) {
                    give(line.taken(line.wholeCharacters()));
                }
            }
        }
        if (line.size() > 0) {
            give(line.taken(line.size()));
        }
    }

    @Override
    public void stderr(InputStream output) throws IOException {
        output.transferTo(OutputStream.nullOutputStream());
    }

    /** Adds a chunk. Blocks while the queue is full and the command is not stopped. */
    private void give(String chunk) {
        if (stopped || lines.offer(chunk)) {
            return;
        }
        setHeld(true);
        try {
            awaitRoom(chunk);
        } finally {
            setHeld(false);
        }
    }

    private synchronized void setHeld(boolean now) {
        if (now) {
            heldSince = System.nanoTime();
        } else {
            heldNanos += System.nanoTime() - heldSince;
        }
        held = now;
    }

    @Override
    public synchronized long heldNanos() {
        return held ? heldNanos + System.nanoTime() - heldSince : heldNanos;
    }

    private void awaitRoom(String chunk) {
        while (!stopped && !lines.offer(chunk)) {
            CountDownLatch awaited = new CountDownLatch(1);
            room = awaited;
            lines.onWritable(awaited::countDown);
            try {
                if (!stopped) {
                    awaited.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stopped = true;
            }
            stopped |= lines.isCancelled();
        }
    }

    @Override
    public void stopped(WeirException why) {
        stopped = true;
        lines.fail(why);
        CountDownLatch awaited = room;
        if (awaited != null) {
            awaited.countDown();
        }
    }

    /** The bytes of a line that has not ended. */
    private static final class Line extends ByteArrayOutputStream {
        /** Returns the number of bytes before a character that may be incomplete. */
        int wholeCharacters() {
            for (int back = 1; back < LONGEST_CHARACTER && back < count; back++) {
                if ((buf[count - back] & CONTINUATION_MASK) != CONTINUATION) {
                    return buf[count - back] < 0 ? count - back : count;
                }
            }
            return count;
        }

        /** Removes the first bytes and returns them as text. */
        String taken(int bytes) {
            String text = new String(buf, 0, bytes, StandardCharsets.UTF_8);
            System.arraycopy(buf, bytes, buf, 0, count - bytes);
            count -= bytes;
            return text;
        }
    }
}
