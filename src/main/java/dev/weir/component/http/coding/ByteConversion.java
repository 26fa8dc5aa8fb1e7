package dev.weir.component.http.coding;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes bytes of bytes on demand, for one body. Calls come one after the other. */
public interface ByteConversion extends AutoCloseable {
    /** The longest block. */
    int BLOCK_BYTES = 16 * 1024;

    /** Takes all of {@code piece}, which stays the caller's. Called only after {@link #next} has returned null. */
    void add(ByteBuffer piece);

    /**
     * Returns the next block, at most {@link #BLOCK_BYTES} long and valid until the next call. Null means that more bytes, or
     * the end, are needed.
     *
     * @throws dev.weir.WeirException when the bytes are not what they are declared to be, or end too early
     */
    @Nullable
    ByteBuffer next();

    /** Says that the body has ended in good order. */
    void end();

    /** Releases native memory. Idempotent; {@link #next} is not called any more. */
    @Override
    void close();
}
