package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes pieces of UTF-8 apart into lines, which LF, CR or CRLF ends. Since only whole lines are decoded, a character that is
 * split between pieces stays whole. Skips a byte order mark before the first line.
 *
 * <p>A piece is copied once, behind what the last ones left; a line is a part of that array.
 */
final class LineBuffer {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int maxBytes;
    private byte[] bytes = new byte[1024];
    /** The line at hand is {@code [start, end)}; what is behind {@code next} is still to be looked at. */
    private int start;

    private int end;
    private int next;
    private int limit;
    /** Whether the line at hand has been handed out, so that the next call lets go of it. */
    private boolean complete;

    private boolean first = true;
    private boolean afterCarriageReturn;

    LineBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes all of {@code piece}; its lines are then those that {@link #next} gives. */
    void add(ByteBuffer piece) {
        letGo();
        int kept = limit - start;
        int needed = kept + piece.remaining();
        byte[] target = needed > bytes.length ? new byte[Math.max(needed, 2 * kept)] : bytes;
        System.arraycopy(bytes, start, target, 0, kept);
        bytes = target;
        next -= start;
        start = 0;
        limit = needed;
        piece.get(bytes, kept, piece.remaining());
    }

    /** Moves on to the next whole line; false when there is none yet. */
    boolean next() {
        letGo();
        if (afterCarriageReturn && next < limit) {
            afterCarriageReturn = false;
            if (bytes[next] == '\n') {
                start = ++next;
            }
        }
        int at = next;
        while (at < limit && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        next = at;
        if (at - start > maxBytes) {
            throw UpstreamErrors.tooLong("line", "weir.http.max-event", maxBytes);
        }
        if (at == limit) {
            return false;
        }
        afterCarriageReturn = bytes[at] == '\r';
        next = at + 1;
        endLine(at);
        return true;
    }

    /** Moves on to what the body left without a line's end; false when that is nothing. */
    boolean finish() {
        if (next() || start == limit) {
            return false;
        }
        next = limit;
        endLine(limit);
        return true;
    }

    private void endLine(int at) {
        end = at;
        complete = true;
        if (first) {
            first = false;
            if (end - start >= 3 && Arrays.equals(bytes, start, start + 3, BYTE_ORDER_MARK, 0, 3)) {
                start += 3;
            }
        }
    }

    private void letGo() {
        if (complete) {
            complete = false;
            start = next;
        }
    }

    int length() {
        return end - start;
    }

    byte at(int index) {
        return bytes[start + index];
    }

    int indexOf(char ascii) {
        for (int i = start; i < end; i++) {
            if (bytes[i] == ascii) {
                return i - start;
            }
        }
        return -1;
    }

    /** True if the line's first {@code length} bytes are exactly {@code ascii}. */
    boolean startsWith(String ascii, int length) {
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[start + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The line from {@code from} on. */
    String text(int from) {
        return new String(bytes, start + from, end - start - from, StandardCharsets.UTF_8);
    }
}
