package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Holds the first bytes until they decide how the body is read; a piece and some 4 KiB at most. */
final class SniffingDecoder implements BodyDecoder {
    private final Choice choice;
    private final HeldBytes held = new HeldBytes();
    private @Nullable BodyDecoder chosen;
    private boolean ended;
    private boolean closed;

    /** Chooses the decoder of a body by its beginning. */
    @FunctionalInterface
    interface Choice {
        /** Null when more bytes are needed, never at the end. */
        @Nullable
        Chosen of(Beginning beginning);
    }

    /**
     * How a body begins.
     *
     * @param bytes of which the first {@code length} count; not to be changed
     * @param ended whether this is all of the body
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Beginning(byte[] bytes, int length, boolean ended) {}

    /**
     * A decoder.
     *
     * @param skipped how many bytes of the beginning it does not get
     */
    record Chosen(BodyDecoder decoder, int skipped) {}

    SniffingDecoder(Choice choice) {
        this.choice = choice;
    }

    @Override
    public void add(ByteBuffer piece) {
        BodyDecoder decoder = chosen;
        if (decoder == null) {
            held.add(piece);
        } else {
            decoder.add(piece);
        }
    }

    @Override
    public @Nullable Object next() {
        if (closed) {
            return null;
        }
        BodyDecoder decoder = chosen;
        return decoder == null ? chooseNext() : decoder.next();
    }

    private @Nullable Object chooseNext() {
        if (held.length() == 0 && !ended) {
            return null;
        }
        Chosen found = choice.of(new Beginning(held.array, held.limit, ended));
        if (found == null) {
            return null;
        }
        BodyDecoder decoder = found.decoder();
        chosen = decoder;
        decoder.add(ByteBuffer.wrap(held.array, found.skipped(), held.limit - found.skipped()));
        held.array = new byte[0];
        held.limit = 0;
        if (ended) {
            // What the end completes comes after the payloads of the beginning.
            decoder.end();
        }
        return decoder.next();
    }

    @Override
    public boolean isDone() {
        BodyDecoder decoder = chosen;
        return decoder != null && decoder.isDone();
    }

    @Override
    public void end() {
        ended = true;
        BodyDecoder decoder = chosen;
        if (decoder != null) {
            decoder.end();
        }
    }

    @Override
    public void close() {
        closed = true;
        BodyDecoder decoder = chosen;
        if (decoder != null) {
            decoder.close();
        }
    }
}
