package dev.weir.component.http.body;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.protocol.ReportedFailures;
import dev.weir.component.http.protocol.StreamMarks;
import dev.weir.component.http.protocol.StreamProtocols;
import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event stream format as bytes arrive. LF, CR and CRLF end a line, also when split between pieces. A byte order
 * mark, comments and unknown fields are skipped. The {@code data} lines of an event are joined by LF. The charset is always
 * UTF-8.
 *
 * <p>Beyond the standard, payloads may end the stream or report its failure, see {@link StreamProtocols} and
 * {@link ReportedFailures}. The standard drops an event without a blank line at the end of the body, but many servers close in that
 * way. Here such an event counts if its last line has ended or, for JSON payloads, if its payload is complete. Otherwise
 * the stream is truncated. A body with lines but without events is malformed. A field {@code error} is an event of that
 * name. A line of JSON that is no field is checked for a failure.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">Parsing an event
 *     stream</a>
 */
final class EventStreamDecoder implements BodyDecoder {
    private static final List<String> FIELDS = List.of("data", "event", "id", "retry");
    /** A larger joining buffer is dropped after its event. */
    private static final int KEPT_CHARACTERS = 16 * 1024;

    private final LineBuffer lines;
    private final int maxEventBytes;
    private final boolean json;
    private final StreamMarks words;
    private StringBuilder joined = new StringBuilder();
    private @Nullable String data;
    private String type = "";
    /** An event has been dispatched. */
    private boolean dispatched;
    /** A payload has been returned. */
    private boolean given;

    private boolean dataSeen;
    private final StrayLines stray = new StrayLines();
    private boolean ended;
    private boolean finished;
    private boolean closed;

    /**
     * Makes a decoder of one body.
     *
     * @param json whether each payload must be JSON
     */
    EventStreamDecoder(int maxEventBytes, boolean json) {
        this.maxEventBytes = maxEventBytes;
        this.json = json;
        this.lines = new LineBuffer(maxEventBytes);
        this.words = new StreamMarks(json);
    }

    @Override
    public void add(ByteBuffer piece) {
        lines.add(piece);
    }

    @Override
    public @Nullable Object next() {
        while (!closed && !words.isDone()) {
            if (!lines.next()) {
                return ended ? last() : null;
            }
            String payload = line();
            if (payload != null) {
                return payload;
            }
        }
        return null;
    }

    /** Whether a {@code data} line has arrived. */
    boolean hasData() {
        return dataSeen;
    }

    @Override
    public boolean isDone() {
        return words.isDone();
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Handles the current line. Returns the payload that it completes, or null. */
    private @Nullable String line() {
        if (lines.length() == 0) {
            return dispatch();
        }
        int colon = lines.indexOf(':');
        if (colon != 0 && !dispatched) {
            stray.show(lines);
        }
        int nameEnd = colon < 0 ? lines.length() : colon;
        int valueStart = colon < 0 ? lines.length() : colon + 1;
        if (valueStart < lines.length() && lines.at(valueStart) == ' ') {
            valueStart++;
        }
        if (lines.startsWith("data", nameEnd)) {
            append(lines.text(valueStart));
        } else if (lines.startsWith("event", nameEnd)) {
            type = lines.text(valueStart);
        } else if (colon != 0 && (json || data == null)) {
            other(nameEnd, valueStart);
        }
        return null;
    }

    /** Handles a line that may report an error. Not called within an event of text: the line may belong to the text. */
    private void other(int nameEnd, int valueStart) {
        if (lines.startsWith("error", nameEnd) && valueStart < lines.length()) {
            throw UpstreamErrors.errorEvent(lines.text(valueStart));
        }
        if (!isField()) {
            stray.add(lines);
        }
    }

    private void append(String value) {
        dataSeen = true;
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

    private @Nullable String dispatch() {
        String payload = payload();
        String event = type;
        data = null;
        type = "";
        if (joined.capacity() > KEPT_CHARACTERS) {
            joined = new StringBuilder();
        } else {
            joined.setLength(0);
        }
        stray.check();
        if (payload == null) {
            if (ReportedFailures.isName(event)) {
                throw UpstreamErrors.errorEvent("");
            }
            return null;
        }
        dispatched = true;
        if (words.read(event, payload)) {
            given = true;
            stray.clear();
            return payload;
        }
        if (words.isDone() && !given && !stray.isEmpty()) {
            throw stray.noEvents();
        }
        return null;
    }

    /** Handles the end of the body. Returns the payload that it completes, or null. */
    private @Nullable String last() {
        if (!finished) {
            finished = true;
            boolean cut = lines.finish() && lines.length() > 0 && lines.at(0) != ':';
            boolean tolerated = cut && json && isHarmless();
            boolean field = cut && isField();
            if (cut) {
                line();
            }
            String payload = payload();
            if (payload == null) {
                requireNothingPending(cut && !tolerated, field);
            } else {
                requireWhole(payload, cut);
                String given = dispatch();
                if (given != null) {
                    return given;
                }
            }
        }
        if (!words.isDone()) {
            words.end();
        }
        return null;
    }

    private void requireWhole(String payload, boolean cut) {
        if (!words.concludes(type, payload) && !(json ? isWholeJson(payload, cut) : !cut)) {
            throw UpstreamErrors.truncated("it ended inside an event: " + UpstreamErrors.cut(payload), null);
        }
    }

    /** Whether a payload is complete JSON, or will be skipped. */
    private boolean isWholeJson(String payload, boolean cut) {
        if (payload.isBlank()) {
            return !cut;
        }
        try {
            // A number at a cut may be the beginning of a longer number.
            return !(Json.parse(payload) instanceof Number) || !cut;
        } catch (JsonSyntaxException e) {
            boolean named = !type.isEmpty() && !opensJson(payload);
            return StreamProtocols.isKeepAlive(type.strip()) || (named && !cut);
        }
    }

    private static boolean opensJson(String payload) {
        String stripped = payload.strip();
        return stripped.startsWith("{") || stripped.startsWith("[");
    }

    private void requireNothingPending(boolean cut, boolean field) {
        if (ReportedFailures.isName(type)) {
            throw UpstreamErrors.errorEvent("");
        }
        stray.check();
        if (cut && field) {
            throw UpstreamErrors.truncated("it ended inside a line: " + UpstreamErrors.cut(lines.text(0)), null);
        }
        if (!given && (!stray.isEmpty() || (!dispatched && !stray.isNothingShown()))) {
            throw stray.noEvents();
        }
        if (cut) {
            throw UpstreamErrors.truncated("it ended inside a line: " + UpstreamErrors.cut(lines.text(0)), null);
        }
    }

    /** Whether the current line is a known field, or the beginning of its name. */
    private boolean isField() {
        int colon = lines.indexOf(':');
        String name = lines.beginning(colon < 0 ? lines.length() : colon);
        return colon < 0 ? FIELDS.stream().anyMatch(field -> field.startsWith(name)) : FIELDS.contains(name);
    }

    /** Whether the current line, which has no end, is a field that does not affect payloads. */
    private boolean isHarmless() {
        return List.of("id", "retry").stream()
                .anyMatch(field -> lines.startsWith(field, Math.min(field.length(), lines.length())));
    }
}
