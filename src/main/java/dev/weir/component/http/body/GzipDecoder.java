package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates a body of gzip piece by piece, so that each event comes out as soon as the upstream has flushed it, and hands it
 * to another decoder. Several members may follow one another.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
public final class GzipDecoder implements BodyDecoder {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final BodyDecoder inner;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final ByteBuffer field = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private Part part = Part.HEADER;
    private int flags;
    private int extraBytes;
    private boolean begun;

    /** What comes next in a member. */
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

    public GzipDecoder(BodyDecoder inner) {
        this.inner = inner;
    }

    @Override
    public boolean decode(ByteBuffer piece, Consumer<Object> payloads) {
        while (piece.hasRemaining()) {
            begun = true;
            if (part == Part.DATA) {
                if (!inflate(piece, payloads)) {
                    inflater.end();
                    return false;
                }
            } else {
                frame(piece);
            }
        }
        return true;
    }

    @Override
    public void finish(Consumer<Object> payloads) {
        inflater.end();
        if (begun && (part != Part.HEADER || field.position() > 0)) {
            throw UpstreamErrors.truncated("its gzip data has no end", null);
        }
        inner.finish(payloads);
    }

    private boolean inflate(ByteBuffer piece, Consumer<Object> payloads) {
        byte[] inflated = new byte[BUFFER_BYTES];
        try {
            inflater.setInput(piece);
            int length;
            while ((length = inflater.inflate(inflated)) > 0) {
                checksum.update(inflated, 0, length);
                if (!inner.decode(ByteBuffer.wrap(inflated, 0, length), payloads)) {
                    return false;
                }
            }
        } catch (DataFormatException e) {
            throw UpstreamErrors.malformed("the upstream's gzip data is damaged", e);
        }
        if (inflater.finished()) {
            part = Part.TRAILER;
        } else if (inflater.needsDictionary()) {
            throw UpstreamErrors.malformed("the upstream's gzip data needs a dictionary", null);
        }
        return true;
    }

    /** Takes what stands around the data. */
    private void frame(ByteBuffer piece) {
        switch (part) {
            case HEADER -> {
                if (filled(piece, HEADER_BYTES)) {
                    if (field.getShort(0) != (short) 0x8b1f || field.get(2) != 8) {
                        throw UpstreamErrors.malformed("the upstream's answer is called gzip and is none", null);
                    }
                    flags = field.get(3);
                    after(Part.HEADER);
                }
            }
            case EXTRA_LENGTH -> {
                if (filled(piece, 2)) {
                    extraBytes = Short.toUnsignedInt(field.getShort(0));
                    after(extraBytes == 0 ? Part.EXTRA : Part.EXTRA_LENGTH);
                }
            }
            case EXTRA -> {
                int skipped = Math.min(extraBytes, piece.remaining());
                piece.position(piece.position() + skipped);
                extraBytes -= skipped;
                if (extraBytes == 0) {
                    after(Part.EXTRA);
                }
            }
            case NAME, COMMENT -> {
                if (piece.get() == 0) {
                    after(part);
                }
            }
            case HEADER_CHECKSUM -> {
                if (filled(piece, 2)) {
                    after(Part.HEADER_CHECKSUM);
                }
            }
            case TRAILER, DATA -> {
                if (filled(piece, TRAILER_BYTES)) {
                    endMember();
                }
            }
        }
    }

    /** Goes on to the next part that this member has. */
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
        if (field.getInt(0) != (int) checksum.getValue() || field.getInt(4) != (int) inflater.getBytesWritten()) {
            throw UpstreamErrors.malformed("the upstream's gzip data is damaged: its checksum is another", null);
        }
        inflater.reset();
        checksum.reset();
        field.clear();
        part = Part.HEADER;
    }

    /** Whether {@code count} bytes of a field are there now. */
    private boolean filled(ByteBuffer piece, int count) {
        while (field.position() < count && piece.hasRemaining()) {
            field.put(piece.get());
        }
        return field.position() == count;
    }
}
