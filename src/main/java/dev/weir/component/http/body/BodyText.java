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

    /** Chooses a decoder by the beginning; null when more bytes are needed, never at the end. */
    @FunctionalInterface
    interface Choice {
        @Nullable
        Chosen of(BodyText text);
    }

    /** A decoder that is chosen once the charset can be told. */
    static BodyDecoder sniffing(String contentType, Choice choice) {
        return new SniffingDecoder(beginning -> {
            BodyText text = new BodyText(contentType, beginning);
            return text.isUndecided() ? null : choice.of(text);
        });
    }

    /** Whether more bytes are needed to tell the charset. */
    private boolean isUndecided() {
        return !beginning.ended() && Charsets.isUndecided(contentType, beginning.bytes(), beginning.length());
    }

    /** What the bytes look like, read as ASCII; an event stream is UTF-8 whatever the charset says. */
    @Nullable
    Opening asciiOpening(boolean commentDecides) {
        return Opening.of(ascii(), beginning.ended(), commentDecides);
    }

    /** What the text looks like; null when more bytes are needed. */
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

    /** @throws dev.weir.WeirException when it is unknown */
    private Charset charset() {
        return Charsets.of(contentType, beginning.bytes(), beginning.length(), contentType);
    }

    /** An event stream, without the blanks in front of its first field. */
    Chosen events(BodyDecoder decoder) {
        int mark = Charsets.markLength(beginning.bytes(), beginning.length());
        return new Chosen(decoder, mark + Opening.blanks(ascii(), 0));
    }

    /** An event stream where a line of data comes, otherwise a body for another decoder. */
    Chosen eventsOr(EventStreamDecoder events, Supplier<BodyDecoder> otherwise) {
        return new Chosen(new SniffedEventsDecoder(events, events(events).skipped(), otherwise), 0);
    }

    /** A body that is called JSON lines: no JSON begins as a field of an event stream does. */
    @Nullable
    Chosen eventsOrLines(Supplier<BodyDecoder> events, Supplier<BodyDecoder> lines) {
        Opening opening = asciiOpening(true);
        if (opening == null) {
            return null;
        }
        return opening == Opening.EVENTS ? events(events.get()) : in(lines);
    }

    /** A decoder of UTF-8 behind the charset, which is looked up first. */
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
