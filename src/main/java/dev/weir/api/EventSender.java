package dev.weir.api;

import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.runtime.Settings;
import dev.weir.sse.EventFraming;
import dev.weir.sse.Patience;
import dev.weir.sse.StreamWriter;
import dev.weir.stream.Numbered;
import dev.weir.stream.Received;
import dev.weir.workflow.EventReader;
import dev.weir.workflow.Run;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Sends one run's events to one client. The data of each is JSON, never empty and without line breaks, since the servers
 * change other texts; each is waited for before the next is sent, since they queue without bound.
 */
record EventSender(
        Run run,
        EventReader reader,
        SseEventSink sink,
        Sse sse,
        Problems problems,
        Settings settings,
        ScheduledExecutorService timers) {
    private static final System.Logger LOG = System.getLogger(EventSender.class.getName());

    /** Sends all there is and all that comes, to the end, on this thread. */
    void send() {
        try (reader;
                sink;
                Patience patience = new Patience(settings.writeTimeout(), timers, () -> {})) {
            send(comment(), patience);
            Duration silence = StreamWriter.silence(settings.heartbeat());
            while (true) {
                Received received = reader.poll(silence);
                send(received == null ? comment() : event(received), patience);
                if (received != null && !(received instanceof Received.Chunk)) {
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "task {0}: who read its events has gone: {1}", run.taskId(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells a client that found no thread. */
    void refuse(WeirException refusal) {
        try (reader;
                sink) {
            sink.send(error(null, refusal));
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "task {0}: a refusal could not be sent: {1}", run.taskId(), e);
        }
    }

    private void send(OutboundSseEvent event, Patience patience) throws IOException {
        patience.write(() -> {
            try {
                sink.send(event).toCompletableFuture().get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            } catch (IllegalStateException e) {
                throw new IOException("the sink is closed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while the client was waited for");
            }
        });
    }

    /** Keeps the connection, and shows whether the client is there. */
    private OutboundSseEvent comment() {
        return sse.newEventBuilder().comment("").build();
    }

    private OutboundSseEvent event(Received received) {
        if (received instanceof Received.Chunk chunk) {
            Numbered numbered = (Numbered) chunk.value();
            return event(null, String.valueOf(numbered.number()), numbered.value());
        }
        if (received instanceof Received.Failed failed) {
            return error(EventFraming.END, failed.cause());
        }
        return event("done", EventFraming.END, TaskDocument.status(run, run.state()));
    }

    private OutboundSseEvent error(@Nullable String id, WeirException failure) {
        return event("error", id, problems.document(run.told(failure), run.taskId()));
    }

    private OutboundSseEvent event(@Nullable String name, @Nullable String id, @Nullable Object data) {
        OutboundSseEvent.Builder event =
                sse.newEventBuilder().mediaType(MediaType.APPLICATION_JSON_TYPE).data(String.class, Json.write(data));
        if (name != null) {
            event.name(name);
        }
        if (id != null) {
            event.id(id);
        }
        return event.build();
    }
}
