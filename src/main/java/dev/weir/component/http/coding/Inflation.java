package dev.weir.component.http.coding;

import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates block by block with the inflater of the JDK. It holds native memory until it is closed. */
final class Inflation implements AutoCloseable {
    private final String coding;
    private final Inflater inflater;
    private final byte[] block = new byte[ByteConversion.BLOCK_BYTES];

    /**
     * Makes an inflater.
     *
     * @param coding the name of the coding, for messages
     * @param raw whether the data has no zlib header and checksum
     */
    Inflation(String coding, boolean raw) {
        this.coding = coding;
        this.inflater = new Inflater(raw);
    }

    /**
     * Returns the next block of {@code input} and advances its position. An empty block means that the input or the data
     * has ended.
     */
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

    /** Prepares for the next member. */
    void reset() {
        inflater.reset();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
