package dev.weir.component.http.coding;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Converts the bytes of one body block by block, on demand. Calls come one at a time. */
public interface ByteConversion extends AutoCloseable {
    /** The longest block, in bytes. */
    int BLOCK_BYTES = 16 * 1024;

    /** Takes all bytes of {@code piece}; the caller keeps the buffer. Call it only after {@link #next} has returned null. */
    void add(ByteBuffer piece);

    /**
     * Returns the next block. It has at most {@link #BLOCK_BYTES} bytes and is valid until the next call. Null means that
     * more bytes, or the end, are needed.
     *
     * @throws dev.weir.WeirException when the bytes do not have the declared format or end too early
     */
    @Nullable
    ByteBuffer next();

    /** Marks the regular end of the body. */
    void end();

    /** Releases native memory. Idempotent. {@link #next} must not be called afterwards. */
    @Override
    void close();
}
