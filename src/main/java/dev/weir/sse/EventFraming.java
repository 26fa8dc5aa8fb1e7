package dev.weir.sse;

import dev.weir.WeirException;
import dev.weir.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Turns the chunks of a stream into bytes. A framing belongs to one response, and one thread at a time uses it: it may hold back
 * half a character until the next chunk brings the other half.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
public interface EventFraming {
    /** The media type of server-sent events. */
    String EVENT_STREAM = "text/event-stream";

    /** The content type of a response of server-sent events. Without a charset some clients assume one that is not UTF-8. */
    String CONTENT_TYPE = EVENT_STREAM + ";charset=utf-8";

    /** Replaces the chunk's number in the id of the failure event that ends a stream. */
    String END = "end";

    /** The media type of the response. */
    String contentType();

    /**
     * Appends the bytes of one chunk to {@code out}, or nothing if the chunk has no text.
     *
     * @param chunk the chunk; null is a valid chunk, since the output of a run may be null
     */
    void frame(@Nullable Object chunk, ByteBuilder out);

    /** Appends the characters that were held back, at the end of the stream, also before a failure. */
    default void finish(ByteBuilder out) {}

    /** Appends the events that mark a complete stream, after {@link #finish}. Not called for a stream that failed. */
    default void complete(ByteBuilder out) {}

    /**
     * Appends the event that reports a failure. Only for a framing that {@linkplain #reportsErrors reports errors}.
     *
     * @param problem the problem document of the failure, as JSON on one line
     */
    default void fail(WeirException failure, String problem, ByteBuilder out) {
        out.ascii("event: error\ndata: ").utf8(problem).ascii("\n\n");
    }

    /**
     * Appends what keeps a silent connection alive: a comment. Only for a framing that {@linkplain #reportsErrors reports errors}.
     *
     * @param begun whether an event was sent. Before the first event a comment has no empty line: many clients would take the
     *     block for an event
     */
    default void heartbeat(boolean begun, ByteBuilder out) {
        out.ascii(begun ? ":\n\n" : ":\n");
    }

    /** True if an event inside the stream can report an error. */
    default boolean reportsErrors() {
        return true;
    }

    /** The framing {@code sse-text}: one event for each chunk, with one {@code data:} line for each line of its text. */
    static EventFraming text() {
        return new TextFraming();
    }

    /** The framing {@code sse-json}: one event for each chunk, with the chunk as JSON. */
    static EventFraming json() {
        return new JsonFraming();
    }

    /**
     * The events of {@code framing}, each with the id {@code task:number}: a client can continue the stream on another
     * connection. The chunks must be {@link dev.weir.stream.Numbered}.
     *
     * @param previous the last chunk of the previous connection; null at the beginning of the stream
     */
    static EventFraming identified(EventFraming framing, String taskId, @Nullable Object previous) {
        return new IdentifiedFraming(framing, taskId, previous);
    }

    /** The bytes of the chunks, without a framing. */
    static EventFraming bytes(String contentType) {
        return new BytesFraming(contentType);
    }

    /** {@code sse-json}: lossless for text too, since JSON escapes line breaks. */
    final class JsonFraming implements EventFraming {
        /** The largest capacity in characters that is kept for the next chunk. */
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

    /** Bytes as they are. Only a cut connection can report an error. */
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
        public boolean reportsErrors() {
            return false;
        }
    }
}
