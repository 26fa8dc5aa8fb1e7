package dev.weir.api;

import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.sse.EventFraming;
import dev.weir.sse.OpenResponses;
import dev.weir.sse.Watched;
import dev.weir.sse.WriteGuard;
import dev.weir.stream.Numbered;
import dev.weir.stream.Received;
import dev.weir.stream.SerialTask;
import dev.weir.stream.Tasks;
import dev.weir.workflow.EventReader;
import dev.weir.workflow.Run;
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
 * Sends one run's events to one client, in tasks that it shares with others. The data of each event is JSON, never empty and without
 * line breaks, since the servers change other texts; an event is sent when the one before is written, since they queue without bound.
 */
final class EventSender implements Watched, Connected {
    private static final System.Logger LOG = System.getLogger(EventSender.class.getName());

    private final Run run;
    private final EventReader reader;
    private final SseEventSink sink;
    private final Sse sse;
    private final Problems problems;
    private final OpenResponses open;
    private final Optional<Peer> peer;
    private final Runnable whenOver;
    private final WriteGuard guard;
    private final SerialTask turn;
    private volatile @Nullable WeirException cut;
    private volatile boolean beatDue;
    private volatile boolean hasSent;
    private volatile long sentNanos = System.nanoTime();
    private volatile long lookedNanos = sentNanos;
    private volatile boolean over;
    /** The event that was sent last. */
    private volatile @Nullable CompletableFuture<?> pending;

    private boolean told;

    /**
     * Nothing is sent yet.
     *
     * @param whenOver run once, when nothing more is sent
     */
    EventSender(
            Run run,
            EventReader reader,
            SseEventSink sink,
            Sse sse,
            Problems problems,
            OpenResponses open,
            Tasks writers,
            Optional<Peer> peer,
            Runnable whenOver) {
        this.peer = peer;
        this.run = run;
        this.reader = reader;
        this.sink = sink;
        this.sse = sse;
        this.problems = problems;
        this.open = open;
        this.whenOver = whenOver;
        this.guard = new WriteGuard(open.limits().writeTimeout());
        this.turn = new SerialTask(writers, this::advance, refusal -> end());
        open.add(this);
    }

    /** Begins to send all there is and all that comes. */
    void start() {
        turn.signal();
    }

    @Override
    public Finding look(long now) {
        CompletableFuture<?> waiting = pending;
        Duration limit = open.limits().writeTimeout();
        boolean late = waiting != null && !waiting.isDone() && !limit.isZero() && now - sentNanos > limit.toNanos();
        if (late || guard.isStalled(now)) {
            return Finding.STALLED;
        }
        long heartbeat = open.limits().heartbeat().toNanos();
        // In front of the first event many clients would take a comment for an event.
        if (hasSent && heartbeat > 0 && now - sentNanos >= heartbeat) {
            beatDue = true;
            turn.signal();
        }
        if (now - Math.max(sentNanos, lookedNanos) < open.limits().silence().toNanos()) {
            return Finding.FINE;
        }
        lookedNanos = now;
        return Finding.UNHEARD;
    }

    @Override
    public void drop() {
        cutOff(WeirException.shuttingDown(null));
    }

    @Override
    public void leave() {
        drop();
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
                tellLast(why);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "task {0}: the reader of its events disconnected: {1}", run.taskId(), e.toString());
            end();
        } catch (Error e) {
            end();
            throw e;
        }
    }

    /** Nothing may be left unsaid to a client that takes it; one that takes nothing is left. */
    private void tellLast(WeirException why) throws IOException {
        if (!guard.hasBrokenOff() && !isPending() && !told) {
            send(error(null, why));
        }
        end();
    }

    /** One event; the next follows when it is written. */
    private void step() throws IOException {
        if (isPending()) {
            return;
        }
        if (told) {
            end();
            return;
        }
        Received received = reader.poll(turn::signal);
        if (received != null) {
            told = !(received instanceof Received.Chunk);
            send(event(received));
            hasSent = true;
            if (!isPending()) {
                turn.signal();
            }
        } else if (beatDue) {
            send(sse.newEventBuilder().comment("").build());
        }
    }

    private void send(OutboundSseEvent event) throws IOException {
        beatDue = false;
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

    /** Whether the event before is not written yet. */
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
            whenOver.run();
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
