package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Bytes as they are, in pieces of at most a given size. */
public final class PieceDecoder implements BodyDecoder {
    private final int pieceBytes;

    public PieceDecoder(int pieceBytes) {
        this.pieceBytes = pieceBytes;
    }

    @Override
    public boolean decode(ByteBuffer piece, Consumer<Object> payloads) {
        while (piece.hasRemaining()) {
            byte[] bytes = new byte[Math.min(pieceBytes, piece.remaining())];
            piece.get(bytes);
            payloads.accept(bytes);
        }
        return true;
    }
}
