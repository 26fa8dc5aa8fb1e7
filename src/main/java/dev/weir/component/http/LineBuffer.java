package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects one line at a time from pieces of UTF-8. Since it decodes whole lines only, a character that is split between
 * pieces stays whole. Skips a byte order mark before the first line.
 */
final class LineBuffer {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int maxBytes;
    private byte[] bytes = new byte[512];
    private int length;
    private boolean complete;
    private boolean first = true;
    private boolean afterCarriageReturn;

    LineBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Moves on to the next line; false when {@code piece} is used up before the line's end. */
    boolean next(ByteBuffer piece) {
        if (complete) {
            length = 0;
            complete = false;
        }
        if (afterCarriageReturn && piece.hasRemaining()) {
            afterCarriageReturn = false;
            if (piece.get(piece.position()) == '\n') {
                piece.get();
            }
        }
        int start = piece.position();
        int end = start;
        while (end < piece.limit() && piece.get(end) != '\n' && piece.get(end) != '\r') {
            end++;
        }
        take(piece, end - start);
        if (!piece.hasRemaining()) {
            return false;
        }
        afterCarriageReturn = piece.get() == '\r';
        endLine();
        return true;
    }

    /** Ends the line that the body left without an end; false when there is none. */
    boolean finish() {
        if (complete || length == 0) {
            return false;
        }
        endLine();
        return true;
    }

    private void endLine() {
        complete = true;
        if (first) {
            first = false;
            if (length >= 3 && Arrays.equals(bytes, 0, 3, BYTE_ORDER_MARK, 0, 3)) {
                System.arraycopy(bytes, 3, bytes, 0, length -= 3);
            }
        }
    }

    private void take(ByteBuffer piece, int count) {
        if (count > maxBytes - length) {
            throw tooLong("line", maxBytes);
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(length + count, 2L * bytes.length)));
        }
        piece.get(bytes, length, count);
        length += count;
    }

    static WeirException tooLong(String what, int maxBytes) {
        return new WeirException(
                ErrorCode.UPSTREAM_FAILED,
                "the upstream sent a longer " + what + " than weir.http.max-event allows, " + maxBytes + " bytes");
    }

    int length() {
        return length;
    }

    byte at(int index) {
        return bytes[index];
    }

    int indexOf(char ascii) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == ascii) {
                return i;
            }
        }
        return -1;
    }

    /** True if the line's first {@code end} bytes are exactly {@code ascii}. */
    boolean startsWith(String ascii, int end) {
        if (end != ascii.length()) {
            return false;
        }
        for (int i = 0; i < end; i++) {
            if (bytes[i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The line from {@code start} on. */
    String text(int start) {
        return new String(bytes, start, length - start, StandardCharsets.UTF_8);
    }
}
