package dev.weir.component.http.body;

import dev.weir.binding.Json;
import dev.weir.binding.JsonSyntaxException;
import dev.weir.component.http.error.UpstreamErrors;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The event stream format, read as it comes: LF, CR and CRLF end a line, also when split between pieces; a byte order mark,
 * comments and unknown fields are skipped; the {@code data} lines of an event are joined by LF.
 *
 * <p>Beyond the standard, {@code [DONE]} ends the stream, as the OpenAI API has it. A stream that the Anthropic API began
 * ({@code message_start}) is cut short unless it says that it has ended ({@code message_stop}). The standard drops an event
 * that lacks its blank line at the end of the body. So does this, unless the payloads are JSON: then one that is whole
 * counts, since many servers close in that way, and one that is not shows that the stream was cut short.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">Parsing an event
 *     stream</a>
 */
public final class EventStreamDecoder implements BodyDecoder {
    private static final String ANTHROPIC_START = "message_start";
    private static final String ANTHROPIC_STOP = "message_stop";

    private final LineBuffer lines;
    private final int maxEventBytes;
    private final boolean json;
    private final StringBuilder joined = new StringBuilder();
    private @Nullable String data;
    private String type = "";
    /** What must come before the stream may end. */
    private String awaited = "";

    private boolean done;

    /** @param json whether each payload is to be JSON */
    public EventStreamDecoder(int maxEventBytes, boolean json) {
        this.maxEventBytes = maxEventBytes;
        this.json = json;
        this.lines = new LineBuffer(maxEventBytes);
    }

    @Override
    public boolean decode(ByteBuffer piece, Consumer<Object> payloads) {
        lines.add(piece);
        while (!done && lines.next()) {
            line(payloads);
        }
        return !done;
    }

    @Override
    public void finish(Consumer<Object> payloads) {
        if (done) {
            return;
        }
        if (json) {
            finishJson(payloads);
        }
        if (!done && !awaited.isEmpty()) {
            throw UpstreamErrors.truncated("it ended without " + awaited, null);
        }
    }

    private void finishJson(Consumer<Object> payloads) {
        boolean unfinishedLine = lines.finish();
        if (unfinishedLine && lines.length() > 0) {
            line(payloads);
        }
        String payload = payload();
        if (payload == null || payload.isEmpty()) {
            return;
        }
        if (!payload.equals(DONE) && !type.equals("error") && !isWhole(payload, unfinishedLine)) {
            throw UpstreamErrors.truncated("it ended inside an event: " + UpstreamErrors.cut(payload), null);
        }
        dispatch(payloads);
    }

    /** A number that nothing ends may be the beginning of a longer one. */
    private static boolean isWhole(String payload, boolean unfinishedLine) {
        try {
            return !(Json.parse(payload) instanceof Number) || !unfinishedLine;
        } catch (JsonSyntaxException e) {
            return false;
        }
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
            throw UpstreamErrors.tooLong("event", "weir.http.max-event", maxEventBytes);
        }
    }

    private @Nullable String payload() {
        return joined.isEmpty() ? data : joined.toString();
    }

    private void dispatch(Consumer<Object> payloads) {
        String payload = payload();
        String event = type;
        data = null;
        joined.setLength(0);
        type = "";
        if (payload == null) {
            return;
        }
        if (event.equals("error")) {
            throw UpstreamErrors.errorEvent(payload);
        }
        if (event.equals(ANTHROPIC_START)) {
            awaited = ANTHROPIC_STOP;
        } else if (event.equals(ANTHROPIC_STOP)) {
            awaited = "";
        }
        if (payload.equals(DONE)) {
            done = true;
        } else {
            payloads.accept(payload);
        }
    }
}
