package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The event stream format, read byte by byte as it comes: LF, CR and CRLF end a line, also when split between pieces; a byte
 * order mark, comments and unknown fields are skipped; the {@code data} lines of an event are joined by LF. An event
 * without its blank line at the end of the body is dropped. {@code [DONE]} ends the stream, as the OpenAI API has it.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">Parsing an event
 *     stream</a>
 */
final class EventStreamDecoder implements BodyDecoder {
    private final LineBuffer lines;
    private final int maxEventBytes;
    private final StringBuilder joined = new StringBuilder();
    private @Nullable String data;
    private String type = "";
    private boolean done;

    EventStreamDecoder(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
        this.lines = new LineBuffer(maxEventBytes);
    }

    @Override
    public boolean decode(ByteBuffer piece, Consumer<Object> payloads) {
        while (!done && lines.next(piece)) {
            line(payloads);
        }
        return !done;
    }

    private void line(Consumer<Object> payloads) {
        if (lines.length() == 0) {
            dispatch(payloads);
            return;
        }
        int colon = lines.indexOf(':');
        int nameEnd = colon < 0 ? lines.length() : colon;
        int valueStart = colon < 0 ? lines.length() : colon + 1;
        if (valueStart < lines.length() && lines.at(valueStart) == ' ') {
            valueStart++;
        }
        if (lines.startsWith("data", nameEnd)) {
            append(lines.text(valueStart));
        } else if (lines.startsWith("event", nameEnd)) {
            type = lines.text(valueStart);
        }
    }

    private void append(String value) {
        if (data == null) {
            data = value;
            return;
        }
        if (joined.isEmpty()) {
            joined.append(data);
        }
        joined.append('\n').append(value);
        if (joined.length() > maxEventBytes) {
            throw LineBuffer.tooLong("event", maxEventBytes);
        }
    }

    private void dispatch(Consumer<Object> payloads) {
        String payload = joined.isEmpty() ? data : joined.toString();
        String event = type;
        data = null;
        joined.setLength(0);
        type = "";
        if (payload == null) {
            return;
        }
        if (event.equals("error")) {
            throw new WeirException(
                    ErrorCode.UPSTREAM_FAILED, "the upstream sent an error event: " + UpstreamErrors.cut(payload));
        }
        if (payload.equals(DONE)) {
            done = true;
        } else {
            payloads.accept(payload);
        }
    }
}
