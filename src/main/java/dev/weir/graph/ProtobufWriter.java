package dev.weir.graph;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One message of Protocol Buffers, written field by field. Used by one thread.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">The encoding of protocol buffers</a>
 */
public final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Adds a whole number. */
    public ProtobufWriter number(int field, long value) {
        varint(((long) field << 3) | VARINT);
        varint(value);
        return this;
    }

    /** Adds a number of 32 bits. */
    public ProtobufWriter real(int field, float value) {
        varint(((long) field << 3) | FIXED32);
        out.writeBytes(ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
        return this;
    }

    /** Adds a text in UTF-8. */
    public ProtobufWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a message. */
    public ProtobufWriter message(int field, ProtobufWriter value) {
        return bytes(field, value.toBytes());
    }

    /** Adds bytes with their length. */
    public ProtobufWriter bytes(int field, byte[] value) {
        varint(((long) field << 3) | LENGTH);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    /** Adds bytes as they are. */
    public ProtobufWriter raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Adds a number without a tag. */
    public ProtobufWriter rawNumber(long value) {
        varint(value);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** Returns the message. */
    public byte[] toBytes() {
        return out.toByteArray();
    }
}
