package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.runtime.Settings;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import dev.weir.sse.StreamWriter;
import dev.weir.stream.Received;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.WorkflowRunner;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Drives one run and answers its request, on a thread of the run pool. */
record Responder(
        RunRequest request, Run run, String accept, WorkflowRunner runner, Problems problems, Settings settings) {
    private static final System.Logger LOG = System.getLogger(Responder.class.getName());

    /** Resumes {@code response} with what the run gives; returns when all of it is written. */
    void answer(AsyncResponse response) {
        try {
            if (request.waitForCompletion()) {
                response.resume(output());
            } else {
                response.resume(json(Response.Status.ACCEPTED, TaskDocument.pending(run)));
                runner.driveToEnd(run);
            }
        } catch (WeirException e) {
            response.resume(problems.response(e, run.taskId()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            response.resume(problems.response(
                    new WeirException(ErrorCode.NOT_READY, "the server is shutting down", e), run.taskId()));
        } catch (RuntimeException e) {
            run.cancel("the response could not be written");
            LOG.log(Level.DEBUG, "task " + run.taskId() + ": the response could not be written", e);
        }
    }

    private Response output() throws InterruptedException {
        RunOutput output = runner.drive(run);
        if (output instanceof RunOutput.Streamed streamed) {
            return streamed(streamed);
        }
        Object value = ((RunOutput.Value) output).value();
        if (!request.outputOnly()) {
            return json(Response.Status.OK, TaskDocument.of(run, problems));
        }
        return acceptsEventsOnly() ? oneEvent(value) : json(Response.Status.OK, value);
    }

    private Response streamed(RunOutput.Streamed output) throws InterruptedException {
        if (!request.outputOnly()) {
            output.chunks().close();
            throw new WeirException(
                    ErrorCode.STREAM_NOT_ALLOWED, "Streaming output is only allowed when output_only=true.");
        }
        Received first;
        try {
            first = output.chunks().take();
        } catch (InterruptedException e) {
            output.chunks().close();
            throw e;
        }
        if (first instanceof Received.Failed failed) {
            throw failed.cause();
        }
        EventFraming framing = framing(output);
        StreamWriter writer = new StreamWriter(
                framing, settings.heartbeat(), failure -> Json.write(problems.document(failure, run.taskId())));
        StreamingOutput body = out -> {
            try {
                writer.write(first, output.chunks(), out);
            } catch (StreamWriter.UntoldFailureException e) {
                throw e;
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "task {0}: the client has gone", run.taskId());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the server is shutting down");
            }
        };
        return stream(framing, body);
    }

    private static EventFraming framing(RunOutput.Streamed output) {
        String format = output.format().orElse("");
        if (format.equals("sse-text")) {
            return EventFraming.text();
        }
        return format.isEmpty() && output.contentType().isPresent()
                ? EventFraming.bytes(output.contentType().get())
                : EventFraming.json();
    }

    private boolean acceptsEventsOnly() {
        return accept.contains(EventFraming.EVENT_STREAM) && !accept.contains(MediaType.APPLICATION_JSON);
    }

    private Response oneEvent(@Nullable Object value) {
        EventFraming framing = EventFraming.json();
        ByteBuilder event = new ByteBuilder();
        framing.frame(value, event);
        return stream(framing, event::drainTo);
    }

    private Response stream(EventFraming framing, StreamingOutput body) {
        return Response.ok(body, framing.contentType())
                .header("Cache-Control", "no-cache, no-transform")
                .header("X-Accel-Buffering", "no")
                .header("X-Task-Id", run.taskId())
                .build();
    }

    private Response json(Response.Status status, @Nullable Object value) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .header("X-Task-Id", run.taskId())
                .entity(Json.write(value).getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
