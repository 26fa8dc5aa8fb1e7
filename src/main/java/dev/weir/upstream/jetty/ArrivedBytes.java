package dev.weir.upstream.jetty;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of one answer that have arrived and are not delivered yet. The window of the stream bounds them. Small frames share
 * blocks, so that memory is close to the number of bytes. Thread-safe.
 */
final class ArrivedBytes {
    private static final int BLOCK_BYTES = 4096;

    private final Deque<Block> blocks = new ArrayDeque<>();

    /**
     * A piece to deliver.
     *
     * @param credit the bytes of the stream's window that it uses: its length and the padding of its frames
     */
    record Piece(ByteBuffer bytes, int credit) {}

    private static final class Block {
        private final byte[] bytes;
        private int length;
        private int credit;

        Block(int capacity) {
            bytes = new byte[capacity];
        }

        void fill(ByteBuffer from) {
            int count = Math.min(from.remaining(), bytes.length - length);
            from.get(bytes, length, count);
            length += count;
        }
    }

    /** Copies the remaining bytes of {@code bytes}, at least one. */
    synchronized void add(ByteBuffer bytes, int credit) {
        Block last = blocks.peekLast();
        if (last != null) {
            last.fill(bytes);
        }
        if (last == null || bytes.hasRemaining()) {
            // The first block has the size of its frame: a fast reader takes it before the next frame arrives.
            last = new Block(last == null ? bytes.remaining() : Math.max(bytes.remaining(), BLOCK_BYTES));
            last.fill(bytes);
            blocks.add(last);
        }
        last.credit += credit;
    }

    /** The next piece, or null if there is none. */
    synchronized @Nullable Piece poll() {
        Block first = blocks.poll();
        return first == null ? null : new Piece(ByteBuffer.wrap(first.bytes, 0, first.length), first.credit);
    }

    synchronized boolean isEmpty() {
        return blocks.isEmpty();
    }

    synchronized void clear() {
        blocks.clear();
    }
}
