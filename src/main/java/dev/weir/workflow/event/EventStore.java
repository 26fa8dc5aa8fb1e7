package dev.weir.workflow.event;

import dev.weir.json.MemoryEstimate;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Numbered events; the oldest are removed first. Most events are texts. They lie in one array, since thousands of small
 * objects would cost the garbage collector much copying.
 *
 * <p>The arrays are rings with lengths that are powers of two: event n stands at n modulo the length, byte p of the texts at
 * p modulo the length. Not thread-safe.
 */
final class EventStore {
    private static final int FIRST_EVENTS = 16;
    private static final int FIRST_BYTES = 128;
    /** In chars. A longer text is kept as a separate object, so that the array of texts stays small. */
    private static final int LONGEST = 1024;

    /** The position at which each event's text begins, counted from the first event. A text ends where the next one begins. */
    private long[] begins = new long[FIRST_EVENTS];

    private byte[] texts = new byte[FIRST_BYTES];

    /** Events that are kept as separate objects; null as long as there are none. */
    private @Nullable Kept @Nullable [] others;

    private long oldest = 1;
    private long newest;
    private long end;
    private long bytes;

    /** An event that is kept as a separate object. */
    private record Kept(@Nullable Object event, long bytes) {}

    /** Adds an event. Adds nothing if it throws. */
    void append(@Nullable Object event) {
        byte[] text = event instanceof String string && string.length() <= LONGEST ? encoded(string) : null;
        if (size() == begins.length) {
            makeRoomForEvents();
        }
        if (text == null) {
            appendOther(new Kept(event, MemoryEstimate.bytes(event)));
        } else {
            appendText(text);
        }
    }

    private void appendOther(Kept event) {
        Kept[] kept = others == null ? new Kept[begins.length] : others;
        others = kept;
        kept[begin()] = event;
        bytes += event.bytes();
    }

    private void appendText(byte[] text) {
        makeRoomFor(text.length);
        begin();
        copy(text, texts, end);
        end += text.length;
        bytes += MemoryEstimate.ofText(text.length);
    }

    /** Begins the newest event and returns its index. No later step of the addition may fail. */
    private int begin() {
        newest++;
        int at = at(newest);
        begins[at] = end;
        return at;
    }

    /** Returns the UTF-8 bytes; null for invalid UTF-16, which UTF-8 cannot restore. */
    private static byte @Nullable [] encoded(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) && Character.isBmpCodePoint(text.codePointAt(i++))) {
                return null;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private int at(long number) {
        return (int) (number & (begins.length - 1));
    }

    private void makeRoomForEvents() {
        long[] moreBegins = new long[2 * begins.length];
        Kept[] moreOthers = others == null ? null : new Kept[moreBegins.length];
        for (long number = oldest; number <= newest; number++) {
            int target = (int) (number & (moreBegins.length - 1));
            moreBegins[target] = begins[at(number)];
            if (others != null && moreOthers != null) {
                moreOthers[target] = others[at(number)];
            }
        }
        begins = moreBegins;
        others = moreOthers;
    }

    private void makeRoomFor(int more) {
        int kept = size() == 0 ? 0 : (int) (end - begins[at(oldest)]);
        if (kept + more <= texts.length) {
            return;
        }
        int length = texts.length;
        while (length < kept + more) {
            length = Math.multiplyExact(length, 2);
        }
        byte[] all = read(end - kept, kept);
        texts = new byte[length];
        copy(all, texts, end - kept);
    }

    private static void copy(byte[] source, byte[] ring, long position) {
        int at = (int) (position & (ring.length - 1));
        int first = Math.min(source.length, ring.length - at);
        System.arraycopy(source, 0, ring, at, first);
        System.arraycopy(source, first, ring, 0, source.length - first);
    }

    private byte[] read(long position, int length) {
        byte[] target = new byte[length];
        int at = (int) (position & (texts.length - 1));
        int first = Math.min(length, texts.length - at);
        System.arraycopy(texts, at, target, 0, first);
        System.arraycopy(texts, 0, target, first, length - first);
        return target;
    }

    /** Returns event {@code number}, which must be kept. */
    @Nullable
    Object event(long number) {
        int at = at(number);
        Kept kept = others == null ? null : others[at];
        if (kept != null) {
            return kept.event();
        }
        int length = length(number);
        int begin = (int) (begins[at] & (texts.length - 1));
        return begin + length <= texts.length
                ? new String(texts, begin, length, StandardCharsets.UTF_8)
                : new String(read(begins[at], length), StandardCharsets.UTF_8);
    }

    private int length(long number) {
        return (int) ((number == newest ? end : begins[at(number + 1)]) - begins[at(number)]);
    }

    /** Removes the oldest event; there must be one. */
    void forgetOldest() {
        int at = at(oldest);
        Kept kept = others == null ? null : others[at];
        if (kept == null) {
            bytes -= MemoryEstimate.ofText(length(oldest));
        } else if (others != null) {
            others[at] = null;
            bytes -= kept.bytes();
        }
        oldest++;
    }

    /** Returns the number of the oldest kept event; one more than the newest if none is kept. */
    long oldest() {
        return oldest;
    }

    /** Returns the number of the newest event; 0 before the first. */
    long newest() {
        return newest;
    }

    /** Returns the number of kept events. */
    long size() {
        return newest - oldest + 1;
    }

    /** Returns the bytes of the kept events, by {@link MemoryEstimate}. */
    long bytes() {
        return bytes;
    }
}
