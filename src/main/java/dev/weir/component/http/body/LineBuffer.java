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
    /** The line at hand is {@code [held.start, end)}; the bytes from {@code next} on are still to be looked at. */
    private final HeldBytes held = new HeldBytes();

    private int end;
    private int next;
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
        next -= held.add(piece);
    }

    /** Moves on to the next whole line; false when there is none yet. */
    boolean next() {
        letGo();
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

    /** Moves on to what the body left without a line's end; false when that is nothing. */
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

    private void letGo() {
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

    /** The line from {@code from} on. */
    String text(int from) {
        return new String(held.array, held.start + from, length() - from, StandardCharsets.UTF_8);
    }

    /** The first bytes of the line, at most {@code most}, as text. */
    String beginning(int most) {
        return new String(held.array, held.start, Math.min(most, length()), StandardCharsets.UTF_8);
    }
}
