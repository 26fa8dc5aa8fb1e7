package dev.weir.component.http.coding;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Converts text of another charset to UTF-8. Malformed bytes are replaced. */
public final class CharsetConversion implements ByteConversion {
    /** The most UTF-8 bytes of one {@code char}; a surrogate pair has four. */
    private static final int MOST_BYTES = 3;

    private final CharsetDecoder decoder;
    private final CharsetEncoder encoder = StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final CharBuffer characters = CharBuffer.allocate(BLOCK_BYTES / MOST_BYTES - 1);
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    private ByteBuffer input = ByteBuffer.allocate(0);
    private boolean ended;
    private boolean decoded;
    private boolean flushed;

    public CharsetConversion(Charset charset) {
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    @Override
    public void add(ByteBuffer piece) {
        input = ByteBuffer.allocate(input.remaining() + piece.remaining())
                .put(input)
                .put(piece)
                .flip();
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (flushed) {
            return null;
        }
        decode();
        characters.flip();
        block.clear();
        encoder.encode(characters, block, flushed);
        if (flushed) {
            encoder.flush(block);
        }
        characters.compact();
        block.flip();
        return block.hasRemaining() ? block : null;
    }

    /** Fills {@code characters}, which may already hold the first half of a surrogate pair. */
    private void decode() {
        if (!decoded) {
            CoderResult result = decoder.decode(input, characters, ended);
            decoded = ended && result.isUnderflow();
        }
        if (decoded) {
            flushed = decoder.flush(characters).isUnderflow();
        }
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close() {
        // Nothing native is held.
    }
}
