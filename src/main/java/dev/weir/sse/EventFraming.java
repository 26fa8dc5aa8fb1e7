package dev.weir.sse;

import dev.weir.WeirException;
import dev.weir.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * How a stream's chunks become bytes. A framing belongs to one response: it may hold back half a character until the next
 * chunk brings the other half.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
public sealed interface EventFraming
        permits TextFraming, IdentifiedFraming, EventFraming.JsonFraming, EventFraming.BytesFraming {
    /** The media type of server-sent events. */
    String EVENT_STREAM = "text/event-stream";

    /** The content type of a response of server-sent events. Some clients read another charset where none is named. */
    String CONTENT_TYPE = EVENT_STREAM + ";charset=utf-8";

    /** The id of an event that tells the end of a stream, where a chunk's would have its number. */
    String END = "end";

    /** The media type of the response. */
    String contentType();

    /**
     * Appends the bytes of one chunk to {@code out}; nothing for a chunk that has no text. Null is a chunk too: the output of a
     * run may be null.
     */
    void frame(@Nullable Object chunk, ByteBuilder out);

    /** Appends what was held back, at the end of the stream. */
    default void finish(ByteBuilder out) {}

    /**
     * Appends the event that tells a failure; only where the framing {@linkplain #tellsErrors tells errors}.
     *
     * @param problem its problem document, as JSON on one line
     */
    default void fail(WeirException failure, String problem, ByteBuilder out) {
        out.ascii("event: error\ndata: ").utf8(problem).ascii("\n\n");
    }

    /** True if an error can be told inside the stream, as an event. */
    default boolean tellsErrors() {
        return true;
    }

    /** Each chunk one event whose lines are the text's own ({@code sse-text}). */
    static EventFraming text() {
        return new TextFraming();
    }

    /** Each chunk one event that holds it as JSON ({@code sse-json}). */
    static EventFraming json() {
        return new JsonFraming();
    }

    /**
     * The events of {@code framing}, whose chunks are {@link dev.weir.stream.Numbered} here, each with the id
     * {@code task:number}, so that a client can continue the stream on another connection.
     *
     * @param previous the last chunk of the connection before; null at the beginning of the stream
     */
    static EventFraming identified(EventFraming framing, String taskId, @Nullable Object previous) {
        return new IdentifiedFraming(framing, taskId, previous);
    }

    /** The chunks' own bytes and nothing else. */
    static EventFraming bytes(String contentType) {
        return new BytesFraming(contentType);
    }

    /** {@code sse-json}: lossless for text too, since JSON escapes its line breaks. */
    final class JsonFraming implements EventFraming {
        /** A longer text is not kept for the next. */
        private static final int KEPT = 32 * 1024;

        private StringBuilder json = new StringBuilder();

        @Override
        public String contentType() {
            return CONTENT_TYPE;
        }

        @Override
        public void frame(@Nullable Object chunk, ByteBuilder out) {
            json.setLength(0);
            Json.write(chunk, json);
            out.ascii("data: ").utf8(json).ascii("\n\n");
            if (json.capacity() > KEPT) {
                json = new StringBuilder();
            }
        }
    }

    /** Bytes as they are; an error can then only be told by cutting the connection. */
    record BytesFraming(String contentType) implements EventFraming {
        @Override
        public void frame(@Nullable Object chunk, ByteBuilder out) {
            if (chunk instanceof byte[] bytes) {
                out.bytes(bytes);
            } else {
                out.utf8(Json.write(chunk));
            }
        }

        @Override
        public boolean tellsErrors() {
            return false;
        }
    }
}
