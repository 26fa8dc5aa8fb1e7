package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.sse.EventFraming;
import dev.weir.sse.Patience;
import dev.weir.sse.PatientOutput;
import dev.weir.sse.StreamWriter;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Content;
import dev.weir.stream.Delivery;
import dev.weir.stream.Received;
import dev.weir.workflow.Run;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes responses of one run's chunks, which are written while the thread that resumes the request with them waits. */
record StreamBody(Run run, Delivery delivery, Problems problems, Settings settings, Pools pools) {
    private static final System.Logger LOG = System.getLogger(StreamBody.class.getName());

    /** The framing of the workflow's own wire: what it names, or else an upstream's bytes, or else JSON. */
    static EventFraming framing(Optional<String> format, Optional<Content> content) {
        if (format.equals(Optional.of("sse-text"))) {
            return EventFraming.text();
        }
        return format.isEmpty() && content.isPresent()
                ? EventFraming.bytes(mediaType(content.get().type()))
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

    /**
     * The response of {@code chunks}. Waits for the first that is sent, or the end, so that what fails before it has its own
     * status.
     *
     * @param content what the chunks are together if they are bytes that are sent as they are
     * @throws WeirException the failure that came first
     */
    Response response(ChunkSource chunks, EventFraming framing, Optional<Content> content) throws InterruptedException {
        Received first = first(chunks, framing);
        if (first instanceof Received.Failed failed) {
            chunks.close();
            throw failed.cause();
        }
        return response(first, chunks, framing, framing.tellsErrors() ? Optional.empty() : content);
    }

    private Response response(
            @Nullable Received first, ChunkSource chunks, EventFraming framing, Optional<Content> content) {
        StreamWriter writer = new StreamWriter(
                framing,
                settings.heartbeat(),
                failure -> Json.write(problems.document(failure, run.taskId())),
                delivery,
                pools.writers());
        return response(framing, out -> write(writer, first, chunks, out), content);
    }

    /** The response of the rest of a stream: what fails now is told in it, as it would have been on the connection before. */
    Response continuation(ChunkSource chunks, EventFraming framing) {
        return response(null, chunks, framing, Optional.empty());
    }

    /** A response of server-sent events, or of what {@code framing} makes. */
    Response response(EventFraming framing, StreamingOutput body) {
        return response(framing, body, Optional.empty());
    }

    private Response response(EventFraming framing, StreamingOutput body, Optional<Content> content) {
        Response.ResponseBuilder response = Response.ok(body, framing.contentType());
        content.ifPresent(file -> {
            FileHeaders.add(response, file);
            // A file that breaks off is seen when the connection ends, and a server would keep it for the next request.
            response.header("Connection", "close");
        });
        return response.header("Cache-Control", "no-cache, no-transform")
                .header("X-Accel-Buffering", "no")
                .header("X-Task-Id", run.taskId())
                .build();
    }

    /** Bytes as an upstream gave them. */
    Response file(byte[] bytes, Content content) {
        Response.ResponseBuilder response = Response.ok(bytes, mediaType(content.type()));
        FileHeaders.add(response, content.withLength(bytes.length));
        return response.header("X-Task-Id", run.taskId()).build();
    }

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

    private void write(StreamWriter writer, @Nullable Received first, ChunkSource chunks, OutputStream out)
            throws IOException {
        try (PatientOutput patient = new PatientOutput(out, patience())) {
            writer.write(first, chunks, patient);
        } catch (StreamWriter.UntoldFailureException e) {
            throw e;
        } catch (Patience.SlowClientException e) {
            if (!toldLast(writer, out, new WeirException(ErrorCode.CANCELLED, "the client was too slow"))) {
                throw e;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "task {0}: the client has gone", run.taskId());
        } catch (InterruptedException e) {
            boolean told = toldLast(writer, out, WeirException.shuttingDown(e));
            Thread.currentThread().interrupt();
            if (!told) {
                throw new InterruptedIOException("the server is shutting down");
            }
        }
    }

    private Patience patience() {
        Duration limit = settings.writeTimeout();
        return new Patience(
                limit,
                pools.timers(),
                () -> run.cancel("the client took nothing for " + limit.toMillis() + " ms (weir.sse.write-timeout)"));
    }

    /**
     * A stream that was broken off here does not look complete. Of a slow client the thread is interrupted: what the server
     * cannot queue for it is lost, and waits for nothing.
     *
     * @return false where the framing has no place for an error
     */
    private boolean toldLast(StreamWriter writer, OutputStream out, WeirException failure) {
        try {
            return writer.tellLast(run.told(failure), out);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "task {0}: the client took nothing more", run.taskId());
            return true;
        }
    }
}
