package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes an upstream's body apart into payloads, whatever the borders of the pieces it comes in. The owner pulls: as long as
 * it asks for no payload, nothing is decoded and nothing is inflated.
 *
 * <p>A decoder belongs to one body and one owner, that makes its calls one after the other. Nothing here blocks. A decoder
 * holds at most the unfinished event, line or value, the last piece, and one inflated block of 16 KiB for each coding.
 */
public interface BodyDecoder extends AutoCloseable {
    /** Takes all of {@code piece}, which stays the caller's. Called only after {@link #next} has returned null. */
    void add(ByteBuffer piece);

    /**
     * Returns the next complete payload: a {@code String}, {@code byte[]} where bytes are relayed, or the one
     * {@link WholeValue} of a body that is read as a whole. Null means that more bytes, or the end, are needed.
     *
     * @throws dev.weir.WeirException when the upstream reports an error or breaks a limit; the payloads before come first
     */
    @Nullable
    Object next();

    /** Whether the upstream has said that nothing more follows. {@link #next} then returns null for ever. */
    boolean isDone();

    /** Says that the body has ended in good order. {@link #next} then returns or throws what the end completes. */
    void end();

    /** Releases native memory. Idempotent; afterwards {@link #next} returns null. */
    @Override
    void close();
}
