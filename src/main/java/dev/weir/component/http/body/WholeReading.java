package dev.weir.component.http.body;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.http.body.MediaTypes.Kind;
import dev.weir.component.http.body.SniffingDecoder.Chosen;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.component.http.protocol.ReportedFailures;
import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how a body is read as a whole. The decoder gives one {@link WholeValue}. For an event stream or JSON lines it
 * gives the payloads as strings, and the caller makes a list of them.
 *
 * @param framing the configured framing
 * @param json whether the payloads of a stream must be JSON
 * @param contentType the value of the header; empty for none
 */
public record WholeReading(Framing framing, boolean json, String contentType, BodyLimits limits) {
    private static final Set<ErrorCode> REPORTED =
            Set.of(ErrorCode.UPSTREAM_ERROR_PAYLOAD, ErrorCode.UPSTREAM_ERROR_EVENT);

    /** A decoder of one body. It throws the failures that the body reports. */
    public BodyDecoder decoder() {
        Kind kind = MediaTypes.kind(contentType);
        return switch (framing) {
            case SSE -> events();
            case LINES -> sniffing(text -> text.in(this::lines));
            case JSON -> whole(this::parsed);
            case BYTES -> whole(WholeValue::new);
            case AUTO -> byType(kind);
        };
    }

    private BodyDecoder byType(Kind kind) {
        return switch (kind) {
            case EVENTS -> events();
            case LINES -> sniffing(text -> text.eventsOrLines(this::events, this::lines));
            case SEQUENCE -> sniffing(text -> text.in(() -> new JsonDecoder(limits, json)));
            case JSON -> document();
            case PLAIN -> unlessEvents(false, body -> new WholeValue(Charsets.text(contentType, body)));
            case TEXT -> whole(body -> new WholeValue(Charsets.text(contentType, body)));
            case OCTETS -> unlessEvents(true, WholeValue::new);
            case UNTYPED -> unlessEvents(true, this::parsedIfJson);
            case OTHER -> whole(WholeValue::new);
        };
    }

    private BodyDecoder sniffing(BodyText.Choice choice) {
        return BodyText.sniffing(contentType, choice);
    }

    private BodyDecoder document() {
        return sniffing(text -> {
            Opening opening = text.asciiOpening(true);
            if (opening == null) {
                return null;
            }
            return opening == Opening.EVENTS ? text.events(events()) : new Chosen(whole(this::parsed), 0);
        });
    }

    /** A body of a general type: events if it begins like an event stream. */
    private BodyDecoder unlessEvents(boolean commentDecides, Reading otherwise) {
        return sniffing(text -> {
            Opening opening = text.asciiOpening(commentDecides);
            if (opening == null) {
                return null;
            }
            return opening == Opening.EVENTS
                    ? text.eventsOr(events(), () -> whole(otherwise))
                    : new Chosen(whole(otherwise), 0);
        });
    }

    /** Makes the value of a whole body. */
    @FunctionalInterface
    private interface Reading {
        WholeValue of(byte[] body);
    }

    private BodyDecoder whole(Reading reading) {
        return new WholeDecoder(limits.maxAnswerBytes(), reading::of);
    }

    private EventStreamDecoder events() {
        return new EventStreamDecoder(limits.maxEventBytes(), json);
    }

    private BodyDecoder lines() {
        return new LineDecoder(limits.maxEventBytes(), json);
    }

    private WholeValue parsed(byte[] body) {
        String text = Charsets.text(contentType, body);
        if (text.isBlank()) {
            return new WholeValue(null);
        }
        Object value;
        try {
            value = Json.parse(text);
        } catch (JsonSyntaxException e) {
            List<@Nullable Object> values = values(text);
            if (values.size() > 1) {
                return new WholeValue(Collections.unmodifiableList(values));
            }
            throw UpstreamErrors.notJson(contentType, text, e);
        }
        ReportedFailures.throwIfWholeFailed(value);
        return new WholeValue(value);
    }

    /** A body without a type: JSON if all of it is valid JSON, otherwise bytes. */
    private WholeValue parsedIfJson(byte[] body) {
        BodyText beginning = new BodyText(contentType, new SniffingDecoder.Beginning(body, body.length, true));
        Opening opening = beginning.opening(true);
        if (opening != Opening.OBJECT && opening != Opening.ARRAY) {
            return new WholeValue(body);
        }
        try {
            return parsed(body);
        } catch (WeirException e) {
            if (e.code() == ErrorCode.UPSTREAM_MALFORMED) {
                return new WholeValue(body);
            }
            throw e;
        }
    }

    /** The values of JSON lines or of consecutive documents; an empty list if one of them is not JSON. */
    private List<@Nullable Object> values(String text) {
        List<@Nullable Object> values = new ArrayList<>();
        try (BodyDecoder decoder = new JsonDecoder(limits, true)) {
            decoder.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            decoder.end();
            for (Object value = decoder.next(); value != null; value = decoder.next()) {
                values.add(Json.parse((String) value));
            }
            return values;
        } catch (JsonSyntaxException e) {
            return List.of();
        } catch (WeirException e) {
            boolean lines = values.size() > 1 && e.code() == ErrorCode.UPSTREAM_TRUNCATED;
            if (lines || REPORTED.contains(e.code())) {
                throw e;
            }
            return List.of();
        }
    }

    /** The text of a document, which is also checked for a reported failure. */
    static @Nullable Object checkedText(byte[] utf8) {
        String text = Charsets.text("", utf8);
        if (text.isBlank()) {
            return null;
        }
        if (ReportedFailures.mayBeIn(text)) {
            try {
                ReportedFailures.throwIfWholeFailed(Json.parse(text));
            } catch (JsonSyntaxException e) {
                return text; // Not JSON: the action asks for text.
            }
        }
        return text;
    }
}
