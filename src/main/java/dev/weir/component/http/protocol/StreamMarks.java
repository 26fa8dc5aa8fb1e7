package dev.weir.component.http.protocol;

import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.protocol.StreamProtocols.Mark;
import dev.weir.component.http.protocol.StreamProtocols.MarkedKey;
import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the state of one stream from its payloads: keep-alives, failures, beginning and end. Most payloads are only
 * searched for a few words and not parsed.
 */
public final class StreamMarks {
    private final boolean json;
    /** The body is declared as JSON lines. */
    private final boolean lines;
    /** The message if the body ends now; empty when it may end. */
    private String missing = "";

    private boolean done;
    private boolean first = true;
    /** The protocol has no marks. */
    private boolean unmarked;

    /**
     * Reads the payloads of one body.
     *
     * @param json whether each payload must be JSON
     */
    public StreamMarks(boolean json) {
        this(json, false);
    }

    private StreamMarks(boolean json, boolean lines) {
        this.json = json;
        this.lines = lines;
    }

    /** Reads the payloads of a body that is declared as JSON lines. */
    public static StreamMarks ofLines(boolean json) {
        return new StreamMarks(json, true);
    }

    /** Whether the stream has announced its end. */
    public boolean isDone() {
        return done;
    }

    /**
     * Reads a payload.
     *
     * @param event the event's type; empty for none
     * @return false for a payload that is only a keep-alive or an end mark
     * @throws dev.weir.WeirException when the payload reports a failure
     */
    public boolean read(String event, String payload) {
        if (StreamProtocols.isDone(payload)) {
            done = true;
            return false;
        }
        boolean named = !event.isEmpty() && !event.equals("message");
        if (named) {
            name(event.strip(), payload);
        }
        if (json ? payload.isBlank() : named && payload.isEmpty()) {
            return false;
        }
        if (named && StreamProtocols.isKeepAlive(event.strip())) {
            throwIfFailed(new Parsed(payload));
            return false;
        }
        boolean skipped = named && isSkipped(event.strip(), payload);
        if (!skipped || looksLikeJson(payload)) {
            content(payload);
        }
        return !skipped;
    }

    private void name(String event, String payload) {
        if (ReportedFailures.isName(event)) {
            throw UpstreamErrors.errorEvent(payload);
        }
        if (StreamProtocols.isClosing(event)
                && new Parsed(payload).value() instanceof Map<?, ?> map
                && ReportedFailures.isClosedByFailure(map)) {
            throw UpstreamErrors.errorEvent(payload);
        }
        for (Mark mark : StreamProtocols.named(event)) {
            apply(mark, payload);
        }
    }

    /**
     * Broken JSON of an unknown event is kept, since it may be a chunk. In text streams, the data of a closing event is no
     * text.
     */
    private boolean isSkipped(String event, String payload) {
        boolean closing = StreamProtocols.isClosing(event);
        return json ? (closing || !looksLikeJson(payload)) && !isJson(payload) : closing;
    }

    private void content(String payload) {
        Parsed parsed = new Parsed(payload);
        throwIfFailed(parsed);
        if (first) {
            first = false;
            unmarked = isUnmarked(parsed);
        }
        if (unmarked) {
            return;
        }
        for (MarkedKey key : StreamProtocols.KEYS) {
            marks(key, parsed);
        }
    }

    private static void throwIfFailed(Parsed payload) {
        if (ReportedFailures.mayBeIn(payload.text) && looksLikeJson(payload.text)) {
            ReportedFailures.throwIfStreamFailed(payload.value());
        }
    }

    private void marks(MarkedKey key, Parsed parsed) {
        String text = parsed.text;
        int at = text.indexOf(key.quoted());
        while (at >= 0) {
            int value = valueAfter(text, at + key.quoted().length());
            for (int i = 0; i < key.written().size(); i++) {
                Mark mark = key.marks().get(i);
                boolean known = mark.meaning() == StreamProtocols.Meaning.START && !missing.isEmpty();
                if (!known
                        && text.startsWith(key.written().get(i), value)
                        && parsed.value() instanceof Map<?, ?> map
                        && mark.isIn(map, lines)) {
                    apply(mark, text);
                }
            }
            at = text.indexOf(key.quoted(), at + key.quoted().length());
        }
    }

    /** The index of a member's value; the key ends at {@code from}. */
    private static int valueAfter(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) <= ' ' || text.charAt(at) == ':')) {
            at++;
        }
        return at;
    }

    private void apply(Mark mark, String payload) {
        switch (mark.meaning()) {
            case START -> missing = mark.missing();
            case END -> done = true;
            case FAILURE -> throw UpstreamErrors.errorEvent(payload);
        }
    }

    private static boolean isUnmarked(Parsed parsed) {
        return StreamProtocols.UNMARKED.stream()
                .anyMatch(key ->
                        parsed.text.contains(key) && parsed.value() instanceof Map<?, ?> map && map.containsKey(key));
    }

    /** Whether this payload would end the stream. It is then complete even if its line has no end. */
    public boolean concludes(String event, String payload) {
        if (ReportedFailures.isName(event) || StreamProtocols.isDone(payload)) {
            return true;
        }
        if (!(new Parsed(payload).value() instanceof Map<?, ?> map)) {
            return false;
        }
        return ReportedFailures.inStream(map) != null
                || StreamProtocols.KEYS.stream()
                        .flatMap(key -> key.marks().stream())
                        .anyMatch(mark -> mark.meaning() != StreamProtocols.Meaning.START && mark.isIn(map, lines));
    }

    /**
     * Marks the end of the body.
     *
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#UPSTREAM_TRUNCATED} when the protocol's end mark is missing
     */
    public void end() {
        if (!done && !missing.isEmpty()) {
            throw UpstreamErrors.truncated(missing, null);
        }
    }

    /** Whether a text is exactly one JSON value. */
    public static boolean isJson(String text) {
        try {
            Json.parse(text);
            return true;
        } catch (JsonSyntaxException e) {
            return false;
        }
    }

    /** Whether the text begins like an array or an object. */
    private static boolean looksLikeJson(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        return at < text.length() && (text.charAt(at) == '{' || text.charAt(at) == '[');
    }

    /** A payload that is parsed on first use. */
    private static final class Parsed {
        private final String text;
        private boolean parsed;
        private @Nullable Object value;

        Parsed(String text) {
            this.text = text;
        }

        /** The JSON value. Null also for text that is not JSON: the reader of the payload reports that. */
        @Nullable
        Object value() {
            if (!parsed) {
                parsed = true;
                try {
                    value = Json.parse(text);
                } catch (JsonSyntaxException e) {
                    value = null;
                }
            }
            return value;
        }
    }
}
