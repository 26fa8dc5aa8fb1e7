package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Relays bytes unchanged, in payloads of limited size. */
final class PieceDecoder implements BodyDecoder {
    private final int pieceBytes;
    private ByteBuffer held = ByteBuffer.allocate(0);

    PieceDecoder(int pieceBytes) {
        this.pieceBytes = pieceBytes;
    }

    @Override
    public void add(ByteBuffer piece) {
        held = ByteBuffer.allocate(held.remaining() + piece.remaining())
                .put(held)
                .put(piece)
                .flip();
    }

    @Override
    public @Nullable Object next() {
        if (!held.hasRemaining()) {
            return null;
        }
        byte[] bytes = new byte[Math.min(pieceBytes, held.remaining())];
        held.get(bytes);
        return bytes;
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public void end() {
        // No byte is held back.
    }

    @Override
    public void close() {
        held = ByteBuffer.allocate(0);
    }
}
