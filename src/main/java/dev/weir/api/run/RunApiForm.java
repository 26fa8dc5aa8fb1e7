package dev.weir.api.run;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.form.RunRequest;
import dev.weir.json.Json;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import dev.weir.stream.Numbered;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.event.EventReader;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The form of this API: the output in the format that the workflow names, or the document of the task.
 *
 * @param accept the header {@code Accept}; empty for none
 */
record RunApiForm(RunRequest request, String accept, ProblemDocuments problems) implements RunForm {
    @Override
    public Optional<RunAnswer.Body> atOnce(Run run) {
        return request.waitForCompletion() ? Optional.empty() : Optional.of(json(202, TaskDocument.pending(run)));
    }

    @Override
    public Optional<RunAnswer.Head> announced(Run run) {
        return request.outputOnly() && run.isEventStream()
                ? Optional.of(head(identified(run, framing(run.format(), Optional.empty())), Optional.empty()))
                : Optional.empty();
    }

    /** The head of the rest of a stream, after the last event that its client has received. */
    static RunAnswer.Head continued(Run run, EventReader reader) {
        EventFraming framing = EventFraming.identified(
                framing(run.format(), Optional.empty()),
                run.taskId(),
                reader.previous().orElse(null));
        return new RunAnswer.Head(framing, streamHeaders(Optional.empty()), 200);
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Streamed output) {
        if (!request.outputOnly()) {
            return new RunAnswer.Refused(
                    new WeirException(
                            ErrorCode.STREAM_NOT_ALLOWED, "Streaming output is only allowed when output_only=true."),
                    "its output is a stream, and output_only was not asked for");
        }
        EventFraming framing = framing(output.format(), output.content());
        boolean continuable = request.continuable() && framing.reportsErrors();
        Optional<Content> content = framing.reportsErrors() ? Optional.empty() : output.content();
        return new RunAnswer.Stream(head(identified(run, framing), content), output.chunks(), continuable);
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Value output) {
        if (!request.outputOnly()) {
            return new RunAnswer.Whole(json(200, TaskDocument.of(run, problems)), chunks(null));
        }
        Object value = output.value();
        Optional<Content> content = output.content();
        RunAnswer.Body body;
        if (acceptsEventsOnly()) {
            body = oneEvent(run, value);
        } else {
            body = value instanceof byte[] bytes && content.isPresent() ? file(bytes, content.get()) : json(200, value);
        }
        return new RunAnswer.Whole(body, chunks(value));
    }

    /** A stream of a single chunk; without a chunk for null. */
    private ChunkSource chunks(@Nullable Object value) {
        ChunkQueue one = new ChunkQueue(1);
        if (value != null) {
            one.offer(request.continuable() ? new Numbered(1, value) : value);
        }
        one.complete();
        return one;
    }

    private boolean acceptsEventsOnly() {
        return accept.contains(EventFraming.EVENT_STREAM) && !accept.contains(MediaType.APPLICATION_JSON);
    }

    private RunAnswer.Body oneEvent(Run run, @Nullable Object value) {
        EventFraming framing = identified(run, EventFraming.json());
        ByteBuilder event = new ByteBuilder();
        framing.frame(request.continuable() ? new Numbered(1, value) : value, event);
        return new RunAnswer.Body(200, framing.contentType(), streamHeaders(Optional.empty()), event.toByteArray(), 1);
    }

    private EventFraming identified(Run run, EventFraming framing) {
        return request.continuable() && framing.reportsErrors()
                ? EventFraming.identified(framing, run.taskId(), null)
                : framing;
    }

    /** The framing of the output: the format that the workflow names, else the bytes of an upstream, else JSON. */
    private static EventFraming framing(Optional<String> format, Optional<Content> content) {
        if (format.equals(Optional.of("sse-text"))) {
            return EventFraming.text();
        }
        return format.isEmpty() && content.isPresent()
                ? EventFraming.bytes(FileHeaders.mediaType(content.get().type()))
                : EventFraming.json();
    }

    /**
     * Makes the head of a stream. An empty stream that a client can continue gets 204: an EventSource without an event id would
     * otherwise start the run again without end.
     */
    private RunAnswer.Head head(EventFraming framing, Optional<Content> content) {
        boolean again = request.continuable() && framing.reportsErrors();
        return new RunAnswer.Head(framing, streamHeaders(content), again ? 204 : 200);
    }

    private static Map<String, String> streamHeaders(Optional<Content> content) {
        Map<String, String> headers = new LinkedHashMap<>();
        content.ifPresent(file -> {
            FileHeaders.add(headers, file);
            // The end of the connection shows an incomplete file, so the server must not keep the connection open.
            headers.put("Connection", "close");
        });
        headers.putAll(RunResponder.STREAM_HEADERS);
        return headers;
    }

    private static RunAnswer.Body file(byte[] bytes, Content content) {
        Map<String, String> headers = new LinkedHashMap<>();
        FileHeaders.add(headers, content.withLength(bytes.length));
        return new RunAnswer.Body(200, FileHeaders.mediaType(content.type()), headers, bytes, 0);
    }

    private static RunAnswer.Body json(int status, @Nullable Object value) {
        byte[] body = Json.bytes(value);
        return new RunAnswer.Body(
                status, MediaType.APPLICATION_JSON, Map.of("Content-Length", String.valueOf(body.length)), body, 0);
    }
}
