package dev.weir.sse;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A growing buffer of bytes that encodes text as UTF-8 in place. Lone surrogates become U+FFFD. */
public final class ByteBuilder {
    private static final int FIRST = 1024;
    private static final int PART = 4096;
    /** The largest capacity in bytes that an emptied buffer keeps. */
    private static final int KEPT = 64 * 1024;

    private byte[] bytes = new byte[FIRST];
    private int size;

    /** The number of bytes in the buffer. */
    public int size() {
        return size;
    }

    /** Appends characters that are all ASCII. */
    public ByteBuilder ascii(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
        return this;
    }

    /** Appends text as UTF-8. */
    public ByteBuilder utf8(CharSequence text) {
        return utf8(text, 0, text.length());
    }

    /** Appends the part of {@code text} from {@code start} to before {@code end} as UTF-8. */
    public ByteBuilder utf8(CharSequence text, int start, int end) {
        int roomUntil = start;
        for (int i = start; i < end; i++) {
            if (i >= roomUntil) {
                // The buffer grows part by part: a long text rarely needs three bytes for each character.
                roomUntil = Math.min(end, i + PART);
                room(3L * (roomUntil - i) + 3);
            }
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else if (c < 0x800) {
                bytes[size++] = (byte) (0xC0 | (c >> 6));
                bytes[size++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                fourBytes(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                threeBytes(Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        return this;
    }

    private void threeBytes(char c) {
        bytes[size++] = (byte) (0xE0 | (c >> 12));
        bytes[size++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        bytes[size++] = (byte) (0x80 | (c & 0x3F));
    }

    private void fourBytes(int codePoint) {
        bytes[size++] = (byte) (0xF0 | (codePoint >> 18));
        bytes[size++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
        bytes[size++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        bytes[size++] = (byte) (0x80 | (codePoint & 0x3F));
    }

    /** Appends bytes as they are. */
    public ByteBuilder bytes(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    /** Removes all bytes after the first {@code length}. */
    public ByteBuilder shorten(int length) {
        size = length;
        return this;
    }

    /** Writes {@code length} bytes of the buffer, beginning at index {@code from}. */
    public void writeTo(OutputStream out, int from, int length) throws IOException {
        out.write(bytes, from, length);
    }

    /** Empties the buffer. */
    public void clear() {
        size = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[FIRST];
        }
    }

    /** A copy of the bytes in the buffer. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(long more) {
        long wanted = size + more;
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(
                    bytes, Math.toIntExact(Math.max(wanted, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8))));
        }
    }
}
