package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Plain text: each piece is decoded as UTF-8 and is a payload; a character split between pieces goes with its last byte. */
public final class TextDecoder implements BodyDecoder {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer rest = ByteBuffer.allocate(0);

    @Override
    public boolean decode(ByteBuffer piece, Consumer<Object> payloads) {
        ByteBuffer whole = piece;
        if (rest.hasRemaining()) {
            whole = ByteBuffer.allocate(rest.remaining() + piece.remaining())
                    .put(rest)
                    .put(piece)
                    .flip();
        }
        CharBuffer text = CharBuffer.allocate(whole.remaining());
        decoder.decode(whole, text, false);
        rest = ByteBuffer.allocate(whole.remaining()).put(whole).flip();
        emit(text, payloads);
        return true;
    }

    @Override
    public void finish(Consumer<Object> payloads) {
        CharBuffer text = CharBuffer.allocate(rest.remaining() + 1);
        decoder.decode(rest, text, true);
        decoder.flush(text);
        emit(text, payloads);
    }

    private static void emit(CharBuffer text, Consumer<Object> payloads) {
        if (text.flip().hasRemaining()) {
            payloads.accept(text.toString());
        }
    }
}
