package dev.weir.component.http.body;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Holds the first bytes until they decide how the body is read: at most one piece and about 4 KiB. */
final class SniffingDecoder implements BodyDecoder {
    private final Choice choice;
    private final HeldBytes held = new HeldBytes();
    private @Nullable BodyDecoder chosen;
    private boolean ended;
    private boolean closed;

    /** Chooses the decoder of a body by its beginning. */
    @FunctionalInterface
    interface Choice {
        /** The choice; null when more bytes are needed, which is not allowed at the end. */
        @Nullable
        Chosen of(Beginning beginning);
    }

    /**
     * The beginning of a body.
     *
     * @param bytes the bytes, up to {@code length}; not to be changed
     * @param ended whether the body has no more bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Beginning(byte[] bytes, int length, boolean ended) {}

    /**
     * The chosen decoder.
     *
     * @param skipped the number of first bytes that the decoder does not get
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
            // Payloads of the beginning come before the payload that the end completes.
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
