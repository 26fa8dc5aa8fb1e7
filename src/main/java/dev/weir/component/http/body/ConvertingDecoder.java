package dev.weir.component.http.body;

import dev.weir.component.http.coding.ByteConversion;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Decodes the result of a conversion. The next block is converted only when all payloads of the last one have been taken. */
final class ConvertingDecoder implements BodyDecoder {
    private final ByteConversion conversion;
    private final BodyDecoder inner;
    private boolean ended;
    private boolean innerEnded;
    private boolean closed;

    ConvertingDecoder(ByteConversion conversion, BodyDecoder inner) {
        this.conversion = conversion;
        this.inner = inner;
    }

    @Override
    public void add(ByteBuffer piece) {
        if (!closed) {
            conversion.add(piece);
        }
    }

    @Override
    public @Nullable Object next() {
        while (!closed) {
            Object payload = inner.next();
            if (payload != null) {
                return payload;
            }
            if (inner.isDone()) {
                close();
                return null;
            }
            ByteBuffer block = innerEnded ? null : conversion.next();
            if (block != null) {
                inner.add(block);
            } else if (ended && !innerEnded) {
                innerEnded = true;
                inner.end();
            } else {
                return null;
            }
        }
        return null;
    }

    @Override
    public boolean isDone() {
        return inner.isDone();
    }

    @Override
    public void end() {
        ended = true;
        if (!closed) {
            conversion.end();
        }
    }

    @Override
    public void close() {
        closed = true;
        conversion.close();
        inner.close();
    }
}
