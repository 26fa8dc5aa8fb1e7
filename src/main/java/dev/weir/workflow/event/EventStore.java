package dev.weir.workflow.event;

import dev.weir.json.MemoryEstimate;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Numbered events, of which the oldest go first. Texts, which most events are, lie behind one another in one array: as
 * objects of their own, the short ones of a thousand streams would be most of what a garbage collector has to copy.
 *
 * <p>Rings whose lengths are powers of two: event n stands at n modulo their length, byte p of the texts at p modulo theirs.
 * Not thread-safe.
 */
final class EventStore {
    private static final int FIRST_EVENTS = 16;
    private static final int FIRST_BYTES = 128;
    /** In chars; a longer text is an object of its own, so that no array has to be as long as it. */
    private static final int LONGEST = 1024;

    /** Where an event's text begins, counted from the first event's on; it ends where the next one begins. */
    private long[] begins = new long[FIRST_EVENTS];

    private byte[] texts = new byte[FIRST_BYTES];

    /** Those events that are objects of their own; null as long as there are none. */
    private @Nullable Kept @Nullable [] others;

    private long oldest = 1;
    private long newest;
    private long end;
    private long bytes;

    /** An event that is an object of its own. */
    private record Kept(@Nullable Object event, long bytes) {}

    /** Adds the newest, or, where it throws, nothing. */
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

    /** Where the newest event is kept, which begins here; nothing that follows may fail. */
    private int begin() {
        newest++;
        int at = at(newest);
        begins[at] = end;
        return at;
    }

    /** Null for one that is no valid UTF-16, which would not come back as it was. */
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

    /** Event {@code number}, which must be there. */
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

    /** Drops the oldest; there must be one. */
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

    /** The number of the first that is kept; one more than the newest if none is. */
    long oldest() {
        return oldest;
    }

    /** The number of the last; 0 before the first. */
    long newest() {
        return newest;
    }

    /** How many are kept. */
    long size() {
        return newest - oldest + 1;
    }

    /** What they take, by their {@link MemoryEstimate}. */
    long bytes() {
        return bytes;
    }
}
