package dev.weir.component.http.coding;

import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the coding {@code deflate}: data with a zlib header, as the standard requires, or raw data, as some servers
 * send. The first two bytes decide. Bytes after the data are ignored.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1950">RFC 1950</a>
 */
public final class DeflateConversion implements ByteConversion {
    private static final int HEADER_BYTES = 2;
    private static final int METHOD_DEFLATE = 8;
    private static final int CHECK_MULTIPLE = 31;

    private ByteBuffer input = ByteBuffer.allocate(0);
    private @Nullable Inflation inflation;
    private boolean ended;

    @Override
    public void add(ByteBuffer piece) {
        input = ByteBuffer.allocate(input.remaining() + piece.remaining())
                .put(input)
                .put(piece)
                .flip();
        if (inflation == null && input.remaining() >= HEADER_BYTES) {
            int header = Short.toUnsignedInt(input.getShort(0));
            boolean zlib = (input.get(0) & 0x0f) == METHOD_DEFLATE && header % CHECK_MULTIPLE == 0;
            inflation = new Inflation("deflate", !zlib);
        }
    }

    @Override
    public @Nullable ByteBuffer next() {
        Inflation begun = inflation;
        if (begun != null && !begun.isFinished()) {
            ByteBuffer block = begun.inflate(input);
            if (block.hasRemaining()) {
                return block;
            }
        }
        if (begun != null && begun.isFinished()) {
            input.position(input.limit());
        }
        boolean open = begun == null ? input.hasRemaining() : !begun.isFinished();
        if (ended && open) {
            throw UpstreamErrors.truncated("its deflate data has no end", null);
        }
        return null;
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close() {
        if (inflation != null) {
            inflation.close();
        }
    }
}
