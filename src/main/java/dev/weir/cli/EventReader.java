package dev.weir.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event stream format from a body. Blocks until an event is complete. LF, CR and CRLF end a line. The server ends each event
 * with a blank line; a body that ends before it was cut.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">Parsing an event
 *     stream</a>
 */
final class EventReader {
    private final InputStream in;
    private final int mostBytes;
    private boolean afterReturn;
    private boolean begun;

    /**
     * Makes a reader.
     *
     * @param mostBytes the longest event
     */
    EventReader(InputStream in, int mostBytes) {
        this.in = new BufferedInputStream(in);
        this.mostBytes = mostBytes;
    }

    /**
     * One event.
     *
     * @param type empty for a chunk
     * @param data its lines, joined by LF
     */
    record Event(String type, String data) {}

    /**
     * Returns the next event; null at the end of the body.
     *
     * @throws IOException if the connection breaks, the body ends within an event, or an event is too long
     */
    @Nullable
    Event next() throws IOException {
        String type = "";
        StringBuilder data = null;
        boolean within = false;
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                if (data != null) {
                    return new Event(type, data.toString());
                }
                type = "";
                within = false;
                continue;
            }
            within |= !line.startsWith(":");
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(line.startsWith(": ", colon) ? colon + 2 : colon + 1);
            if (field.equals("event")) {
                type = value;
            } else if (field.equals("data")) {
                data = data == null ? new StringBuilder() : data.append('\n');
                if (data.length() + value.length() > mostBytes) {
                    throw tooLong();
                }
                data.append(value);
            }
        }
        if (within) {
            throw cut();
        }
        return null;
    }

    /** The next line without its end; null at the end of the body. */
    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            boolean rest = afterReturn && next == '\n';
            afterReturn = next == '\r';
            if (rest) {
                continue;
            }
            if (next == '\n' || next == '\r') {
                String text = line.toString(StandardCharsets.UTF_8);
                boolean first = !begun;
                begun = true;
                return first && text.startsWith("\uFEFF") ? text.substring(1) : text;
            }
            if (line.size() == mostBytes) {
                throw tooLong();
            }
            line.write(next);
        }
        if (line.size() > 0) {
            throw cut();
        }
        return null;
    }

    private static IOException cut() {
        return new IOException("the server's stream ended in the midst of an event: its output is not complete");
    }

    private IOException tooLong() {
        return new IOException("an event of the server is too long (at most " + mostBytes + " bytes)");
    }
}
