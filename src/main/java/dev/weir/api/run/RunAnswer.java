package dev.weir.api.run;

import dev.weir.WeirException;
import dev.weir.json.Json;
import dev.weir.sse.EventFraming;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import dev.weir.workflow.RunState;
import java.util.Map;

/** An answer with the output of a run. The header fields of a run are added to those that are named here. */
public sealed interface RunAnswer {
    /**
     * A stream.
     *
     * @param isContinuable whether the client may continue the stream on another connection
     */
    record Stream(Head head, ChunkSource chunks, boolean isContinuable) implements RunAnswer {}

    /**
     * A whole answer.
     *
     * @param asStream gives the same output, for a stream with a head that was sent already
     */
    record Whole(Body body, ChunkSource asStream) implements RunAnswer {}

    /** A whole answer that is made from a stream, at its end. */
    record Collected(ChunkSource chunks, Collector collector) implements RunAnswer {}

    /**
     * A refusal of the output, which cancels the run.
     *
     * @param reason the cause for logs
     */
    record Refused(WeirException failure, String reason) implements RunAnswer {}

    /**
     * The beginning of a stream.
     *
     * @param headers all fields but the content type
     * @param emptyStatus the status of a stream that ends without a chunk before its head was sent
     */
    record Head(EventFraming framing, Map<String, String> headers, int emptyStatus) {}

    /**
     * The content of a whole answer.
     *
     * @param headers all fields but the content type
     * @param chunks the number of chunks in the body, for the statistics: 1 for an answer of one event
     */
    @SuppressWarnings("ArrayRecordComponent") // The bytes are made for this answer, and written once.
    record Body(int status, String contentType, Map<String, String> headers, byte[] bytes, int chunks) {
        /** A document as JSON, with its length. */
        public static Body json(Object document) {
            byte[] bytes = Json.bytes(document);
            return new Body(200, "application/json", Map.of("Content-Length", String.valueOf(bytes.length)), bytes, 0);
        }
    }

    /** Makes an answer from the output that the run's task keeps. Thread-safe. */
    interface Kept {
        /**
         * The run has started, and its client waits.
         *
         * @param release answers with {@link #pending}, and lets the run continue without its client; does nothing after the
         *     end of the run
         * @return ends the wait
         */
        Cancellation.Registration waits(Runnable release);

        /** The answer to a client that does not wait any longer. */
        Body pending();

        /** The answer with the output. */
        Body completed(RunState.Completed end);
    }

    /** Makes one whole answer from the chunks of a stream. One thread at a time uses it. */
    interface Collector {
        /** Takes the next chunk. Returns the estimated bytes that are kept of it. */
        long add(Object chunk);

        /** The answer, at the end of the stream. */
        Body body();
    }
}
