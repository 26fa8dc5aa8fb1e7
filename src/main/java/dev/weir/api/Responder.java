package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.runtime.Settings;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import dev.weir.sse.PatientOutput;
import dev.weir.sse.StreamWriter;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import dev.weir.stream.Delivery;
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
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Drives one run and answers its request, on a thread of the run pool. */
record Responder(
        RunRequest request,
        Run run,
        String accept,
        Delivery delivery,
        WorkflowRunner runner,
        Problems problems,
        Settings settings,
        ScheduledExecutorService timers) {
    private static final System.Logger LOG = System.getLogger(Responder.class.getName());

    /** Resumes {@code suspended} with what the run gives; returns when all of it is written. */
    void answer(AsyncResponse suspended) {
        try {
            if (request.waitForCompletion()) {
                answerWithOutput(suspended);
            } else {
                answerWithTask(suspended);
            }
        } finally {
            // Nobody reads what was not written by now; a run that has ended stays as it is.
            run.cancel("the response could not be written");
            runner.log(run, delivery);
        }
    }

    private void answerWithOutput(AsyncResponse suspended) {
        try {
            resume(suspended, response());
        } catch (InterruptedException e) {
            resume(suspended, problems.response(shuttingDown(e), run.taskId()));
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "task " + run.taskId() + ": the response could not be written", e);
        }
    }

    private void resume(AsyncResponse suspended, Response response) {
        if (suspended.resume(response) && response.getEntity() instanceof byte[] body) {
            delivery.sent(0, body.length);
        }
    }

    /** Answers a request that does not wait for its run, while the run still waits for its place. */
    void toldToWait(AsyncResponse suspended) {
        if (!request.waitForCompletion()) {
            suspended.resume(json(Response.Status.ACCEPTED, TaskDocument.pending(run)));
        }
    }

    /** Ends a run that found no thread, on the thread that sought one. */
    void refuse(AsyncResponse suspended, WeirException refusal) {
        run.fail(refusal);
        try {
            resume(suspended, problems.response(run.told(refusal), run.taskId()));
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "task " + run.taskId() + ": the refusal could not be written", e);
        }
        runner.log(run, delivery);
    }

    private void answerWithTask(AsyncResponse suspended) {
        // Does nothing to a request that was answered while its run waited.
        suspended.resume(json(Response.Status.ACCEPTED, TaskDocument.pending(run)));
        try {
            runner.driveToEnd(run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static WeirException shuttingDown(InterruptedException cause) {
        return new WeirException(ErrorCode.NOT_READY, "the server is shutting down", cause);
    }

    private Response response() throws InterruptedException {
        try {
            return output();
        } catch (RuntimeException | Error e) {
            WeirException failure = WeirException.of(e);
            run.fail(failure);
            return problems.response(run.told(failure), run.taskId());
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
        if (acceptsEventsOnly()) {
            return oneEvent(value);
        }
        return ((RunOutput.Value) output)
                .content()
                .map(content -> file((byte[]) value, content))
                .orElseGet(() -> json(Response.Status.OK, value));
    }

    private Response streamed(RunOutput.Streamed output) throws InterruptedException {
        if (!request.outputOnly()) {
            run.cancel("its output is a stream, and output_only was not asked for");
            output.chunks().close();
            throw new WeirException(
                    ErrorCode.STREAM_NOT_ALLOWED, "Streaming output is only allowed when output_only=true.");
        }
        EventFraming framing = framing(output);
        Received first = first(output.chunks(), framing);
        if (first instanceof Received.Failed failed) {
            throw failed.cause();
        }
        StreamWriter writer = new StreamWriter(
                framing,
                settings.heartbeat(),
                failure -> Json.write(problems.document(failure, run.taskId())),
                delivery);
        StreamingOutput body = out -> {
            try (PatientOutput patient = patient(out)) {
                writer.write(first, output.chunks(), patient);
            } catch (StreamWriter.UntoldFailureException e) {
                throw e;
            } catch (PatientOutput.SlowClientException e) {
                if (!toldDropped(writer, out)) {
                    throw e;
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "task {0}: the client has gone", run.taskId());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the server is shutting down");
            }
        };
        return stream(framing, body, framing.tellsErrors() ? Optional.empty() : output.content());
    }

    private PatientOutput patient(OutputStream out) {
        Duration limit = settings.writeTimeout();
        return new PatientOutput(
                out,
                limit,
                timers,
                () -> run.cancel("the client took nothing for " + limit.toMillis() + " ms (weir.sse.write-timeout)"));
    }

    /** The thread is interrupted here: what the server cannot queue for the slow client is lost, and waits for nothing. */
    private boolean toldDropped(StreamWriter writer, OutputStream out) {
        WeirException dropped = run.told(new WeirException(ErrorCode.CANCELLED, "the client was too slow"));
        try {
            return writer.tellLast(dropped, out);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "task {0}: the slow client took nothing more", run.taskId());
            return true;
        }
    }

    /** The first chunk that is sent, or the end; what fails before it has its own status. */
    private static Received first(ChunkSource chunks, EventFraming framing) throws InterruptedException {
        try {
            Received received = chunks.take();
            while (received instanceof Received.Chunk chunk && framing.isSilent(chunk.value())) {
                received = chunks.take();
            }
            return received;
        } catch (InterruptedException e) {
            chunks.close();
            throw e;
        }
    }

    private static EventFraming framing(RunOutput.Streamed output) {
        String format = output.format().orElse("");
        if (format.equals("sse-text")) {
            return EventFraming.text();
        }
        return format.isEmpty() && output.content().isPresent()
                ? EventFraming.bytes(mediaType(output.content().get().type()))
                : EventFraming.json();
    }

    /** An upstream's content type, if it is one. */
    private static String mediaType(String contentType) {
        try {
            MediaType.valueOf(contentType);
            return contentType;
        } catch (IllegalArgumentException e) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }

    private boolean acceptsEventsOnly() {
        return accept.contains(EventFraming.EVENT_STREAM) && !accept.contains(MediaType.APPLICATION_JSON);
    }

    private Response oneEvent(@Nullable Object value) {
        EventFraming framing = EventFraming.json();
        ByteBuilder event = new ByteBuilder();
        framing.frame(value, event);
        return stream(
                framing,
                out -> {
                    int bytes = event.size();
                    event.drainTo(out);
                    delivery.sent(1, bytes);
                },
                Optional.empty());
    }

    private Response stream(EventFraming framing, StreamingOutput body, Optional<Content> content) {
        Response.ResponseBuilder response = Response.ok(body, framing.contentType());
        content.ifPresent(file -> FileHeaders.add(response, file));
        return response.header("Cache-Control", "no-cache, no-transform")
                .header("X-Accel-Buffering", "no")
                .header("X-Task-Id", run.taskId())
                .build();
    }

    /** Bytes as an upstream gave them. */
    private Response file(byte[] bytes, Content content) {
        Response.ResponseBuilder response = Response.ok(bytes, mediaType(content.type()));
        FileHeaders.add(response, content);
        return response.header("X-Task-Id", run.taskId()).build();
    }

    private Response json(Response.Status status, @Nullable Object value) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .header("X-Task-Id", run.taskId())
                .entity(Json.bytes(value))
                .build();
    }
}
