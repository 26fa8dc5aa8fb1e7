package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Splits an upstream's body into payloads, independent of the borders of the pieces in which it arrives. Decoding is lazy:
 * nothing is decoded or inflated until the owner asks for a payload.
 *
 * <p>A decoder belongs to one body and one owner, which makes its calls one at a time. No method blocks. A decoder holds at
 * most the unfinished event, line or value, the last piece, and one inflated block of 16 KiB for each coding.
 */
public interface BodyDecoder extends AutoCloseable {
    /** Takes all bytes of {@code piece}; the caller keeps the buffer. Call it only after {@link #next} has returned null. */
    void add(ByteBuffer piece);

    /**
     * Returns the next complete payload: a {@code String}, a {@code byte[]} of a relayed body, or the single
     * {@link WholeValue} of a body that is read as a whole. Null means that more bytes, or the end, are needed.
     *
     * @throws dev.weir.WeirException when the upstream reports an error or exceeds a limit, after all earlier payloads
     */
    @Nullable
    Object next();

    /** Whether the upstream has announced the end of the stream. {@link #next} then returns null for ever. */
    boolean isDone();

    /** Marks the regular end of the body. {@link #next} then returns or throws what the end completes. */
    void end();

    /** Releases native memory. Idempotent; afterwards {@link #next} returns null. */
    @Override
    void close();
}
