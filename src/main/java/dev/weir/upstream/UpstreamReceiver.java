package dev.weir.upstream;

import java.nio.ByteBuffer;

/**
 * Receives an answer as it arrives. The signals of one call never overlap: first a head, then at most as many pieces as
 * requested, then exactly one end. A failure may come at any time, also before the head.
 *
 * <p>Signals must not block: they usually run on the client's selector thread, or within a call of
 * {@link UpstreamCall#request}. An exception from {@link #onHead} or {@link #onPiece} ends the call.
 */
public interface UpstreamReceiver {
    /** The status and the headers of the answer. Informational answers (1xx) are skipped. */
    void onHead(int status, Headers headers);

    /** A piece of the body, never empty. The buffer is valid only until this method returns. */
    void onPiece(ByteBuffer piece);

    /** The answer is complete. */
    void onEnd();

    /** The call ended without the whole answer. */
    void onFailure(UpstreamFailure failure);
}
