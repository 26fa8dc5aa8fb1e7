package dev.weir.upstream;

import java.nio.ByteBuffer;

/**
 * Takes an answer as it comes. The signals of one call never overlap: a head, then pieces, as many as were asked for, then
 * exactly one end; a failure may come at any time, also before the head. They come on the client's selector thread, so that they must
 * not block. What a signal throws ends the call.
 */
public interface UpstreamReceiver {
    /** The status and the headers of the answer; informational answers (1xx) are not told. */
    void onHead(int status, Headers headers);

    /** A piece of the body, which holds its bytes only until this returns; never empty. */
    void onPiece(ByteBuffer piece);

    /** The answer has come whole. */
    void onEnd();

    /** The call ended without the whole answer. */
    void onFailure(UpstreamFailure failure);
}
