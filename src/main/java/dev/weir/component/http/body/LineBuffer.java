package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Splits UTF-8 bytes into lines that end with LF, CR or CRLF. Only whole lines are decoded, so that a character may be
 * split between pieces. A byte order mark before the first line is skipped.
 *
 * <p>Each piece is copied once, after the bytes that are left; a line is a range of that array.
 */
final class LineBuffer {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int maxBytes;
    /** The current line is {@code [held.start, end)}. The bytes from {@code next} on are not scanned yet. */
    private final HeldBytes held = new HeldBytes();

    private int end;
    private int next;
    /** The current line has been returned; the next call releases it. */
    private boolean complete;

    private boolean first = true;
    private boolean afterCarriageReturn;

    LineBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes all of {@code piece}. {@link #next} then gives its lines. */
    void add(ByteBuffer piece) {
        releaseLine();
        next -= held.add(piece);
    }

    /** Moves to the next whole line; false when there is none yet. */
    boolean next() {
        releaseLine();
        byte[] bytes = held.array;
        int limit = held.limit;
        if (afterCarriageReturn && next < limit) {
            afterCarriageReturn = false;
            if (bytes[next] == '\n') {
                held.start = ++next;
            }
        }
        int at = next;
        while (at < limit && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        next = at;
        if (at - held.start > maxBytes) {
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

    /** Makes the last line of the body, which has no line end, the current line. False when there is none. */
    boolean finish() {
        if (next() || held.length() == 0) {
            return false;
        }
        next = held.limit;
        endLine(held.limit);
        return true;
    }

    private void endLine(int at) {
        end = at;
        complete = true;
        if (first) {
            first = false;
            if (length() >= 3 && Arrays.equals(held.array, held.start, held.start + 3, BYTE_ORDER_MARK, 0, 3)) {
                held.start += 3;
            }
        }
    }

    private void releaseLine() {
        if (complete) {
            complete = false;
            held.start = next;
        }
    }

    int length() {
        return end - held.start;
    }

    byte at(int index) {
        return held.array[held.start + index];
    }

    int indexOf(char ascii) {
        byte[] bytes = held.array;
        for (int i = held.start; i < end; i++) {
            if (bytes[i] == ascii) {
                return i - held.start;
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
            if (at(i) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The text of the line from index {@code from}, in bytes. */
    String text(int from) {
        return new String(held.array, held.start + from, length() - from, StandardCharsets.UTF_8);
    }

    /** The first bytes of the line as text, at most {@code most} bytes. */
    String beginning(int most) {
        return new String(held.array, held.start, Math.min(most, length()), StandardCharsets.UTF_8);
    }
}
