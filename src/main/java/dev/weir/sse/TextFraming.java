package dev.weir.sse;

import dev.weir.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * The framing {@code sse-text}: one event for each chunk, with a {@code data:} line for each line of its text. A standard parser
 * rebuilds the text. LF, CR and CRLF all end a line, and the parser gives LF for each.
 *
 * <p>Two sequences can span chunks. A surrogate pair that an upstream split is joined before it is encoded. A CRLF that was split
 * is one line break: the LF that begins a chunk after a CR is dropped.
 */
final class TextFraming implements EventFraming {
    private static final char NONE = 0;

    private char highSurrogate = NONE;
    private boolean endedInCarriageReturn;

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public void frame(@Nullable Object chunk, ByteBuilder out) {
        String text = whole(chunk instanceof String string ? string : Json.write(chunk));
        if (!text.isEmpty()) {
            event(text, out);
        }
    }

    @Override
    public void finish(ByteBuilder out) {
        if (highSurrogate != NONE) {
            highSurrogate = NONE;
            event("\uFFFD", out);
        }
    }

    /** The text to send now: the characters held back before and this chunk, without a high surrogate at its end. */
    private String whole(String text) {
        int from = endedInCarriageReturn && text.startsWith("\n") ? 1 : 0;
        int to = text.length();
        if (to == 0) {
            return "";
        }
        endedInCarriageReturn = text.charAt(to - 1) == '\r';
        String before = highSurrogate == NONE ? "" : String.valueOf(highSurrogate);
        highSurrogate = NONE;
        if (Character.isHighSurrogate(text.charAt(to - 1))) {
            highSurrogate = text.charAt(--to);
        }
        return before.isEmpty() && from == 0 && to == text.length() ? text : before + text.substring(from, to);
    }

    private static void event(String text, ByteBuilder out) {
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                line(text, start, i, out);
                if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
        line(text, start, text.length(), out);
        out.ascii("\n");
    }

    private static void line(String text, int start, int end, ByteBuilder out) {
        out.ascii("data: ").utf8(text, start, end).ascii("\n");
    }
}
