package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A body that is one payload, such as a JSON document where a stream was expected. */
public final class WholeDecoder implements BodyDecoder {
    private final int maxBytes;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public WholeDecoder(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean decode(ByteBuffer piece, Consumer<Object> payloads) {
        if (piece.remaining() > maxBytes - body.size()) {
            throw UpstreamErrors.tooLong("document", "weir.http.max-answer", maxBytes);
        }
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        body.writeBytes(bytes);
        return true;
    }

    @Override
    public void finish(Consumer<Object> payloads) {
        if (body.size() > 0) {
            payloads.accept(body.toString(StandardCharsets.UTF_8));
        }
    }
}
