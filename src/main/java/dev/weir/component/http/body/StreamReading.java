package dev.weir.component.http.body;

import dev.weir.component.http.body.MediaTypes.Kind;
import dev.weir.component.http.body.SniffingDecoder.Chosen;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how a stream's body is read: by the configured framing, then by the content type, then, if the type is absent or
 * general, by the first bytes. A binary body is never read as text.
 *
 * @param framing {@link Framing#BYTES} also for the stream format {@code none}
 * @param json whether each payload must be JSON; otherwise payloads are text
 * @param contentType the value of the header; empty for none
 */
public record StreamReading(Framing framing, boolean json, String contentType, BodyLimits limits) {

    /** A decoder of one body. Its payloads are strings, or {@code byte[]} if the body is not text. */
    public BodyDecoder decoder() {
        Kind kind = MediaTypes.kind(contentType);
        if (framing == Framing.BYTES) {
            return bytes();
        }
        if (framing == Framing.SSE || (framing == Framing.AUTO && kind == Kind.EVENTS)) {
            return events();
        }
        if (framing == Framing.LINES) {
            return sniffing(text -> text.in(this::lines));
        }
        if (framing == Framing.AUTO && kind == Kind.LINES) {
            return sniffing(text -> text.eventsOrLines(this::events, this::lines));
        }
        if (framing == Framing.JSON || kind == Kind.SEQUENCE) {
            return sniffing(text -> document(text, text.opening(true)));
        }
        return json ? sniffing(this::json) : text(kind);
    }

    private BodyDecoder sniffing(BodyText.Choice choice) {
        return BodyText.sniffing(contentType, choice);
    }

    private @Nullable Chosen json(BodyText text) {
        Opening opening = text.asciiOpening(true);
        if (opening == Opening.EVENTS) {
            return text.events(events());
        }
        opening = text.opening(true);
        if (opening == null) {
            return null;
        }
        return switch (opening) {
            case EVENTS -> text.in(this::events);
            case OBJECT, ARRAY, SCALAR, BLANK -> text.in(this::values);
            case OTHER -> text.in(() -> new NotJsonDecoder(contentType));
        };
    }

    private BodyDecoder text(Kind kind) {
        return switch (kind) {
            case PLAIN -> sniffing(text -> unlessEvents(text, false, TextDecoder::new));
            case TEXT -> sniffing(text -> text.in(TextDecoder::new));
            case JSON -> sniffing(text -> unlessEvents(text, true, null));
            case OCTETS, UNTYPED -> sniffing(this::untyped);
            default ->
                Charsets.isDeclared(contentType) && !MediaTypes.isBinary(MediaTypes.of(contentType))
                        ? sniffing(text -> text.in(TextDecoder::new))
                        : bytes();
        };
    }

    /**
     * An event stream if the body begins like one, otherwise the body of {@code otherwise}.
     *
     * @param otherwise null for JSON
     */
    private @Nullable Chosen unlessEvents(
            BodyText text, boolean commentDecides, @Nullable Supplier<BodyDecoder> otherwise) {
        Opening opening = text.asciiOpening(commentDecides);
        if (opening == null) {
            return null;
        }
        if (opening == Opening.EVENTS) {
            return otherwise == null
                    ? text.events(events())
                    : text.eventsOr(events(), () -> text.in(otherwise).decoder());
        }
        opening = text.opening(commentDecides);
        if (opening == Opening.EVENTS) {
            return text.in(this::events);
        }
        if (otherwise == null) {
            return document(text, opening);
        }
        return opening == null ? null : text.in(otherwise);
    }

    /** Bytes, unless the body begins like events or JSON. */
    private @Nullable Chosen untyped(BodyText text) {
        Opening opening = text.asciiOpening(true);
        if (opening == Opening.EVENTS) {
            return text.eventsOr(events(), this::bytes);
        }
        opening = text.opening(true);
        if (opening == null) {
            return null;
        }
        return switch (opening) {
            case EVENTS -> text.in(this::events);
            case OBJECT, ARRAY -> document(text, opening);
            case SCALAR, BLANK, OTHER -> new Chosen(bytes(), 0);
        };
    }

    /** JSON. Without {@code json} an array is one payload, so that its commas and brackets are kept. */
    private @Nullable Chosen document(BodyText text, @Nullable Opening opening) {
        if (opening == null) {
            return null;
        }
        return text.in(json || opening == Opening.OBJECT ? this::values : this::whole);
    }

    private EventStreamDecoder events() {
        return new EventStreamDecoder(limits.maxEventBytes(), json);
    }

    private BodyDecoder lines() {
        return new LineDecoder(limits.maxEventBytes(), json);
    }

    private BodyDecoder values() {
        return new JsonDecoder(limits, json);
    }

    private BodyDecoder whole() {
        return new WholeDecoder(limits.maxAnswerBytes(), WholeReading::checkedText);
    }

    private BodyDecoder bytes() {
        return new PieceDecoder(limits.chunkBytes());
    }
}
