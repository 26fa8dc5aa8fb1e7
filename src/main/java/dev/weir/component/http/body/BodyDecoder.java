package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Takes an upstream's body apart into payloads, whatever the borders of the pieces it comes in. A decoder belongs to one
 * body; its calls come one after the other.
 */
public sealed interface BodyDecoder
        permits EventStreamDecoder, LineDecoder, WholeDecoder, TextDecoder, PieceDecoder, GzipDecoder {
    /** The payload by which the OpenAI API says that nothing more follows. */
    String DONE = "[DONE]";

    /**
     * Takes the next piece and hands out every payload that it completes: a {@code String}, or {@code byte[]} from
     * {@link PieceDecoder}.
     *
     * @return false when the upstream has said that nothing more follows
     * @throws dev.weir.WeirException when the upstream reports an error or breaks a limit
     */
    boolean decode(ByteBuffer piece, Consumer<Object> payloads);

    /** Hands out what the end of the body completes. */
    default void finish(Consumer<Object> payloads) {}
}
