package dev.weir.api.run;

import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.response.Connected;
import dev.weir.json.Json;
import dev.weir.sse.EventFraming;
import dev.weir.sse.OpenResponses;
import dev.weir.sse.Watched;
import dev.weir.sse.WriteGuard;
import dev.weir.stream.Numbered;
import dev.weir.stream.Received;
import dev.weir.stream.SerialTask;
import dev.weir.stream.Tasks;
import dev.weir.workflow.Run;
import dev.weir.workflow.event.EventReader;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of one run to one client, in tasks on a shared pool. The data of each event is JSON, never empty and without
 * line breaks, since the servers change other texts. An event is sent after the previous one has been written, since the servers
 * queue without a limit. Thread-safe.
 */
final class EventSender implements Watched, Connected {
    private static final System.Logger LOG = System.getLogger(EventSender.class.getName());

    private final Run run;
    private final EventReader reader;
    private final SseEventSink sink;
    private final Sse sse;
    private final ProblemDocuments problems;
    private final OpenResponses open;
    private final Optional<Peer> peer;
    private final Runnable whenEnded;
    private final WriteGuard guard;
    private final SerialTask turn;
    private volatile @Nullable WeirException cut;
    private volatile boolean heartbeatDue;
    private volatile boolean hasSent;
    private volatile long sentNanos = System.nanoTime();
    private volatile long lookedNanos = sentNanos;
    private volatile boolean over;
    /** The write of the last event. */
    private volatile @Nullable CompletableFuture<?> pending;

    private boolean endSent;

    /**
     * Begins to be watched; {@link #start} sends the first event.
     *
     * @param whenEnded run once, when nothing more is sent
     */
    EventSender(
            Run run,
            EventReader reader,
            SseEventSink sink,
            Sse sse,
            ProblemDocuments problems,
            OpenResponses open,
            Tasks writers,
            Optional<Peer> peer,
            Runnable whenEnded) {
        this.peer = peer;
        this.run = run;
        this.reader = reader;
        this.sink = sink;
        this.sse = sse;
        this.problems = problems;
        this.open = open;
        this.whenEnded = whenEnded;
        this.guard = new WriteGuard(open.limits().writeTimeout());
        this.turn = new SerialTask(writers, this::advance, refusal -> end());
        open.add(this);
    }

    /** Begins to send all past and future events. */
    void start() {
        turn.signal();
    }

    @Override
    public Finding check(long now) {
        CompletableFuture<?> waiting = pending;
        Duration limit = open.limits().writeTimeout();
        boolean late = waiting != null && !waiting.isDone() && !limit.isZero() && now - sentNanos > limit.toNanos();
        if (late || guard.isStalled(now)) {
            return Finding.STALLED;
        }
        long heartbeat = open.limits().heartbeat().toNanos();
        // Not before the first event: many clients would take the comment for an event.
        if (hasSent && heartbeat > 0 && now - sentNanos >= heartbeat) {
            heartbeatDue = true;
            turn.signal();
        }
        if (now - Math.max(sentNanos, lookedNanos) < open.limits().silence().toNanos()) {
            return Finding.FINE;
        }
        lookedNanos = now;
        return Finding.SILENT;
    }

    @Override
    public void endStalled() {
        cutOff(WeirException.shuttingDown(null));
    }

    @Override
    public void endDisconnected() {
        endStalled();
    }

    @Override
    public void cutOff(WeirException why) {
        cut = why;
        guard.interrupt();
        turn.signal();
    }

    @Override
    public Object response() {
        return this;
    }

    @Override
    public Optional<Peer> peer() {
        return peer;
    }

    private void advance() {
        if (over) {
            return;
        }
        try {
            WeirException why = cut;
            if (why == null) {
                step();
            } else {
                sendLast(why);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "task {0}: the reader of its events disconnected: {1}", run.taskId(), e.toString());
            end();
        } catch (Error e) {
            end();
            throw e;
        }
    }

    /** Sends the failure as the last event, unless the client does not read its events. */
    private void sendLast(WeirException why) throws IOException {
        if (!guard.wasInterrupted() && !isPending() && !endSent) {
            send(error(null, why));
        }
        end();
    }

    /** Sends one event. The next one follows when it has been written. */
    private void step() throws IOException {
        if (isPending()) {
            return;
        }
        if (endSent) {
            end();
            return;
        }
        Received received = reader.poll(turn::signal);
        if (received != null) {
            endSent = !(received instanceof Received.Chunk);
            send(event(received));
            hasSent = true;
            if (!isPending()) {
                turn.signal();
            }
        } else if (heartbeatDue) {
            send(sse.newEventBuilder().comment("").build());
        }
    }

    private void send(OutboundSseEvent event) throws IOException {
        heartbeatDue = false;
        guard.write(() -> {
            try {
                pending = sink.send(event).toCompletableFuture();
            } catch (IllegalStateException e) {
                throw new IOException("the sink is closed", e);
            }
        });
        sentNanos = System.nanoTime();
        CompletionStage<?> written = pending;
        if (written != null && !written.toCompletableFuture().isDone()) {
            written.whenComplete((nothing, failure) -> turn.signal());
        }
    }

    /** Whether the previous event is still being written. */
    private boolean isPending() throws IOException {
        CompletableFuture<?> before = pending;
        if (before != null && before.isCompletedExceptionally()) {
            throw new IOException("the event could not be written");
        }
        return before != null && !before.isDone();
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        try {
            reader.close();
            guard.end(sink::close);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "task {0}: a sink could not be closed: {1}", run.taskId(), e.toString());
        } finally {
            open.remove(this);
            whenEnded.run();
        }
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
        return event("error", id, problems.document(run.failureFor(failure), run.taskId()));
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
