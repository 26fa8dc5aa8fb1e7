package dev.weir.component.http.coding;

import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Inflates gzip. Several members may follow one another; zero bytes may follow the last.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
public final class GzipConversion implements ByteConversion {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final Inflation inflation = new Inflation("gzip", true);
    private final CRC32 checksum = new CRC32();
    private final ByteBuffer field = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer input = ByteBuffer.allocate(0);
    private Part part = Part.HEADER;
    private int flags;
    private int extraBytes;
    private boolean begun;
    private boolean memberEnded;
    private boolean ended;

    /** The next part of a member. */
    private enum Part {
        HEADER,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        HEADER_CHECKSUM,
        DATA,
        TRAILER
    }

    @Override
    public void add(ByteBuffer piece) {
        begun |= piece.hasRemaining();
        input = ByteBuffer.allocate(piece.remaining()).put(piece).flip();
    }

    @Override
    public @Nullable ByteBuffer next() {
        while (part == Part.DATA || input.hasRemaining()) {
            if (part != Part.DATA) {
                frame();
                continue;
            }
            ByteBuffer block = inflation.inflate(input);
            if (block.hasRemaining()) {
                checksum.update(block.duplicate());
                return block;
            }
            if (!inflation.isFinished()) {
                break;
            }
            part = Part.TRAILER;
        }
        if (ended && begun && (part != Part.HEADER || field.position() > 0)) {
            throw UpstreamErrors.truncated("its gzip data has no end", null);
        }
        return null;
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close() {
        inflation.close();
    }

    /** Reads a part before or after the data. */
    private void frame() {
        switch (part) {
            case HEADER -> {
                skipPadding();
                if (filled(HEADER_BYTES)) {
                    header();
                }
            }
            case EXTRA_LENGTH -> {
                if (filled(2)) {
                    extraBytes = Short.toUnsignedInt(field.getShort(0));
                    after(extraBytes == 0 ? Part.EXTRA : Part.EXTRA_LENGTH);
                }
            }
            case EXTRA -> extra();
            case NAME, COMMENT -> {
                if (input.get() == 0) {
                    after(part);
                }
            }
            case HEADER_CHECKSUM -> {
                if (filled(2)) {
                    after(Part.HEADER_CHECKSUM);
                }
            }
            case TRAILER, DATA -> {
                if (filled(TRAILER_BYTES)) {
                    endMember();
                }
            }
        }
    }

    /** Skips zero bytes after a member, which pad the last block of an archive. */
    private void skipPadding() {
        while (memberEnded && field.position() == 0 && input.hasRemaining() && input.get(input.position()) == 0) {
            input.get();
        }
    }

    private void header() {
        if (field.getShort(0) != (short) 0x8b1f || field.get(2) != 8) {
            throw UpstreamErrors.malformed(
                    "the upstream's answer is called gzip and is not (Content-Encoding): check the upstream or its proxy",
                    null);
        }
        flags = field.get(3);
        after(Part.HEADER);
    }

    private void extra() {
        int skipped = Math.min(extraBytes, input.remaining());
        input.position(input.position() + skipped);
        extraBytes -= skipped;
        if (extraBytes == 0) {
            after(Part.EXTRA);
        }
    }

    /** Moves to the next part of this member. */
    private void after(Part passed) {
        field.clear();
        if (passed == Part.EXTRA_LENGTH) {
            part = Part.EXTRA;
        } else if (passed.compareTo(Part.EXTRA_LENGTH) < 0 && (flags & EXTRA) != 0) {
            part = Part.EXTRA_LENGTH;
        } else if (passed.compareTo(Part.NAME) < 0 && (flags & NAME) != 0) {
            part = Part.NAME;
        } else if (passed.compareTo(Part.COMMENT) < 0 && (flags & COMMENT) != 0) {
            part = Part.COMMENT;
        } else if (passed.compareTo(Part.HEADER_CHECKSUM) < 0 && (flags & HEADER_CHECKSUM) != 0) {
            part = Part.HEADER_CHECKSUM;
        } else {
            part = Part.DATA;
        }
    }

    private void endMember() {
        if (field.getInt(0) != (int) checksum.getValue() || field.getInt(4) != (int) inflation.bytesWritten()) {
            throw UpstreamErrors.malformed("the upstream's gzip data is damaged: its checksum is another", null);
        }
        inflation.reset();
        checksum.reset();
        field.clear();
        memberEnded = true;
        part = Part.HEADER;
    }

    /** Reads into {@code field} until it has {@code count} bytes; false when the input has too few. */
    private boolean filled(int count) {
        while (field.position() < count && input.hasRemaining()) {
            field.put(input.get());
        }
        return field.position() == count;
    }
}
