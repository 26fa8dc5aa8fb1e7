package dev.weir.component.http.body;

import dev.weir.component.http.body.SniffingDecoder.Beginning;
import dev.weir.component.http.body.SniffingDecoder.Chosen;
import dev.weir.component.http.coding.CharsetConversion;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The beginning of a body as text in its charset. */
final class BodyText {
    private final String contentType;
    private final Beginning beginning;

    BodyText(String contentType, Beginning beginning) {
        this.contentType = contentType;
        this.beginning = beginning;
    }

    /** Chooses a decoder by the beginning of a body. Null means that more bytes are needed; it is not allowed at the end. */
    @FunctionalInterface
    interface Choice {
        @Nullable
        Chosen of(BodyText text);
    }

    /** A decoder that is chosen when enough bytes have arrived to determine the charset. */
    static BodyDecoder sniffing(String contentType, Choice choice) {
        return new SniffingDecoder(beginning -> {
            BodyText text = new BodyText(contentType, beginning);
            return text.isUndecided() ? null : choice.of(text);
        });
    }

    /** Whether more bytes are needed to determine the charset. */
    private boolean isUndecided() {
        return !beginning.ended() && Charsets.isUndecided(contentType, beginning.bytes(), beginning.length());
    }

    /** The opening of the bytes as ASCII: an event stream is UTF-8, even if the charset says otherwise. */
    @Nullable
    Opening asciiOpening(boolean commentDecides) {
        return Opening.of(ascii(), beginning.ended(), commentDecides);
    }

    /** The opening of the decoded text; null when more bytes are needed. */
    @Nullable
    Opening opening(boolean commentDecides) {
        Charset charset = charset();
        if (Charsets.isAscii(charset)) {
            return asciiOpening(commentDecides);
        }
        CharBuffer text = CharBuffer.allocate(beginning.length() + 1);
        charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .decode(ByteBuffer.wrap(beginning.bytes(), 0, beginning.length()), text, false);
        text.flip();
        boolean marked = text.hasRemaining() && text.charAt(0) == '\uFEFF';
        return Opening.of(
                text.subSequence(marked ? 1 : 0, text.length()).toString(), beginning.ended(), commentDecides);
    }

    private String ascii() {
        int mark = Charsets.markLength(beginning.bytes(), beginning.length());
        return new String(beginning.bytes(), mark, beginning.length() - mark, StandardCharsets.ISO_8859_1);
    }

    /**
     * The charset of the body.
     *
     * @throws dev.weir.WeirException {@code UPSTREAM_MALFORMED} if it is unknown
     */
    private Charset charset() {
        return Charsets.of(contentType, beginning.bytes(), beginning.length(), contentType);
    }

    /** An event stream, without the blanks before its first field. */
    Chosen events(BodyDecoder decoder) {
        int mark = Charsets.markLength(beginning.bytes(), beginning.length());
        return new Chosen(decoder, mark + Opening.blanks(ascii(), 0));
    }

    /** An event stream if a line of data arrives, otherwise a body for the decoder of {@code otherwise}. */
    Chosen eventsOr(EventStreamDecoder events, Supplier<BodyDecoder> otherwise) {
        return new Chosen(new SniffedEventsDecoder(events, events(events).skipped(), otherwise), 0);
    }

    /** A body of JSON lines, or an event stream sent with that type: no JSON text begins like a field of an event stream. */
    @Nullable
    Chosen eventsOrLines(Supplier<BodyDecoder> events, Supplier<BodyDecoder> lines) {
        Opening opening = asciiOpening(true);
        if (opening == null) {
            return null;
        }
        return opening == Opening.EVENTS ? events(events.get()) : in(lines);
    }

    /** A decoder of UTF-8 after a conversion from the body's charset. An unknown charset fails before the decoder is made. */
    Chosen in(Supplier<BodyDecoder> decoder) {
        Charset charset = charset();
        BodyDecoder made = decoder.get();
        return new Chosen(
                charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII)
                        ? made
                        : new ConvertingDecoder(new CharsetConversion(charset), made),
                0);
    }
}
