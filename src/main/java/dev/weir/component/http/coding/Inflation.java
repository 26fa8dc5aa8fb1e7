package dev.weir.component.http.coding;

import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The JDK's inflater, a block at a time. It holds native memory until it is closed. */
final class Inflation implements AutoCloseable {
    private final String coding;
    private final Inflater inflater;
    private final byte[] block = new byte[ByteConversion.BLOCK_BYTES];

    /**
     * @param coding for messages
     * @param raw whether neither a header nor a checksum stands around the data
     */
    Inflation(String coding, boolean raw) {
        this.coding = coding;
        this.inflater = new Inflater(raw);
    }

    /** The next block of {@code input}, which moves on; an empty one when all of it, or the data, has ended. */
    ByteBuffer inflate(ByteBuffer input) {
        if (inflater.needsInput()) {
            inflater.setInput(input);
        }
        int length;
        try {
            length = inflater.inflate(block);
        } catch (DataFormatException e) {
            throw UpstreamErrors.malformed("the upstream's " + coding + " data is damaged", e);
        }
        if (inflater.needsDictionary()) {
            throw UpstreamErrors.malformed("the upstream's " + coding + " data needs a dictionary", null);
        }
        return ByteBuffer.wrap(block, 0, length);
    }

    boolean isFinished() {
        return inflater.finished();
    }

    long bytesWritten() {
        return inflater.getBytesWritten();
    }

    /** Makes ready for the next data. */
    void reset() {
        inflater.reset();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
