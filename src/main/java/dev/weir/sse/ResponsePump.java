package dev.weir.sse;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.FaultLog;
import dev.weir.stream.Received;
import dev.weir.stream.SerialTask;
import dev.weir.stream.Tasks;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response, whole or as a stream, in tasks on a shared pool. A task is queued when the source has data; at most one
 * task writes at a time. Only that task touches the response. All other methods set a flag or a value and signal the task: they
 * never block, and nothing is written after the end. Thread-safe.
 *
 * <p>A task takes all chunks that are ready, writes them in one call and flushes once. So a single chunk never waits for the next
 * one, and a burst costs one system call. The client's reading speed limits the producer.
 */
public final class ResponsePump implements Watched {
    private static final System.Logger LOG = System.getLogger(ResponsePump.class.getName());
    /** From this many bytes on, a burst is written before all ready chunks are framed. */
    private static final int BURST_BYTES = 32 * 1024;
    /** After so many chunks the task writes and checks for a failure or a heartbeat: not every chunk gives bytes. */
    private static final int MOST_CHUNKS = 1024;
    /** After so many writes in a row the task yields to the other streams. */
    private static final int MOST_STEPS = 8;

    private final ResponseStream out;
    private final Owner owner;
    private final DeliveryStats delivery;
    private final OpenResponses open;
    private final SerialTask turn;
    private final Runnable whenReadable;
    private final long madeNanos = System.nanoTime();
    private final WriteGuard guard;

    // Set by other threads.
    private volatile @Nullable Stream announced;
    private volatile @Nullable Stream stream;
    private volatile @Nullable Whole whole;
    private volatile @Nullable WeirException failure;
    private volatile @Nullable WeirException cut;
    private volatile boolean headDue;
    private volatile boolean heartbeatDue;
    private volatile long begunNanos;
    private volatile boolean begun;

    // Set by the writing task; the fields that other threads read are volatile.
    private final ByteBuilder buffer = new ByteBuilder();
    private volatile @Nullable EventFraming framing;
    private volatile boolean headSent;
    private volatile long sentNanos = madeNanos;
    private volatile long checkedNanos = madeNanos;
    private boolean eventSent;
    private int framed;
    private volatile boolean ended;

    /**
     * The source of the answers to failures, and the listener to the end. Its methods are called in tasks, and must not block.
     */
    public interface Owner {
        /** The answer to a failure before anything was sent. */
        Whole refusal(WeirException failure);

        /** The problem document of a failure that is reported inside the stream, as JSON on one line. */
        String problem(WeirException failure);

        /** The failure to report: the cause of the run's end if there is one, otherwise {@code failure}. */
        WeirException reason(WeirException failure);

        /** Reports that the response cannot be written to its end, for example because the client disconnected. */
        void clientLost(String reason);

        /** Reports the end of the response: nothing more is written. Called once. */
        void ended();
    }

    /**
     * A response that is not streamed.
     *
     * @param chunks the number of chunks in the body, for the statistics: 1 for an answer of one event
     */
    @SuppressWarnings("ArrayRecordComponent") // The body is made for this answer, and written once.
    public record Whole(int status, Map<String, String> headers, byte[] body, int chunks) {}

    /**
     * A response that is streamed.
     *
     * @param emptyStatus the status of a stream that ends without a chunk before its head was sent
     * @param source the chunks; null while the source does not exist
     */
    public record Stream(
            EventFraming framing,
            Map<String, String> headers,
            int emptyStatus,
            @Nullable ChunkSource source) {}

    /** The state of the source after its ready chunks were framed. */
    private enum Progress {
        WAITS,
        MORE,
        ENDED
    }

    /** Makes a pump for an open response. The pump must be ended by an answer, a stream or a failure. */
    public ResponsePump(ResponseStream out, Owner owner, DeliveryStats delivery, Tasks writers, OpenResponses open) {
        this.out = out;
        this.owner = owner;
        this.delivery = delivery;
        this.open = open;
        this.guard = new WriteGuard(open.limits().writeTimeout());
        this.turn = new SerialTask(writers, this::advance, this::refused);
        this.whenReadable = turn::signal;
        open.add(this);
    }

    /** Announces a stream, so that its head may be sent before its first chunk. */
    public void announce(Stream coming) {
        announced = coming;
    }

    /** Marks the response as the rest of a stream: a failure is reported inside it, as on the previous connection. */
    public void goesOn() {
        headDue = true;
    }

    /** Marks the beginning of the run. The wait for the first chunk is measured from now on. */
    public void runBegan() {
        begunNanos = System.nanoTime();
        begun = true;
    }

    /** Answers with a stream. Its source is closed in every case. */
    public void stream(Stream coming) {
        stream = coming;
        turn.signal();
        closeIfLate();
    }

    /** Closes a source that was given after the end: no task reads it. */
    private void closeIfLate() {
        Stream late = stream;
        if (ended && late != null) {
            close(late);
        }
    }

    /**
     * Answers with a whole response.
     *
     * @param asStream gives the same output as a stream, for the case that the head of a stream was sent
     */
    public void answer(Whole answer, ChunkSource asStream) {
        // Before the stream, so that the answer is whole unless the head of a stream was sent.
        whole = answer;
        Stream coming = announced;
        if (coming != null) {
            stream = new Stream(coming.framing(), coming.headers(), coming.emptyStatus(), asStream);
        }
        turn.signal();
        closeIfLate();
    }

    /** Ends the response with a failure. The failure sets the status if nothing was sent. */
    public void fail(WeirException why) {
        failure = why;
        turn.signal();
    }

    @Override
    public void cutOff(WeirException why) {
        cut = why;
        guard.interrupt();
        turn.signal();
    }

    @Override
    public Finding check(long now) {
        OpenResponses.Limits limits = open.limits();
        if (guard.isStalled(now)) {
            return Finding.STALLED;
        }
        EventFraming used = framing;
        if (isHeadDue(now, limits)) {
            headDue = true;
            turn.signal();
        } else if (used != null
                && used.reportsErrors()
                && !limits.heartbeat().isZero()
                && now - sentNanos >= limits.heartbeat().toNanos()) {
            heartbeatDue = true;
            turn.signal();
        }
        return isUnheard(now, limits) ? Finding.SILENT : Finding.FINE;
    }

    private boolean isHeadDue(long now, OpenResponses.Limits limits) {
        boolean streams = announced != null || stream != null;
        return begun
                && streams
                && !headSent
                && !headDue
                && now - begunNanos >= limits.firstChunkWait().toNanos();
    }

    /** Whether nothing was written for so long that the client's connection is checked by other means. */
    private boolean isUnheard(long now, OpenResponses.Limits limits) {
        if (now - Math.max(sentNanos, checkedNanos) < limits.silence().toNanos()) {
            return false;
        }
        checkedNanos = now;
        return true;
    }

    @Override
    public void endStalled() {
        Duration limit = open.limits().writeTimeout();
        cutOff(
                "the client took nothing for " + limit.toMillis() + " ms (weir.sse.write-timeout)",
                new WeirException(ErrorCode.CANCELLED, "the client was too slow"));
    }

    @Override
    public void endDisconnected() {
        cutOff("client disconnected", new WeirException(ErrorCode.CANCELLED, "the client disconnected"));
    }

    private void cutOff(String reason, WeirException why) {
        reportLost(reason);
        cutOff(why);
    }

    /** Reports the lost response. An exception of the owner must not prevent the end of the response. */
    private void reportLost(String reason) {
        try {
            owner.clientLost(reason);
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "a run could not be cancelled", e);
        }
    }

    @Override
    public Object response() {
        return out;
    }

    private void advance() {
        if (ended) {
            return;
        }
        try {
            if (cut == null) {
                step();
            }
            if (cut != null && !ended) {
                writeLast(Objects.requireNonNull(cut));
            }
        } catch (IOException e) {
            broken(e);
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "a response could not be made", e);
            reportLost("the response could not be written");
            tryWriteLast(WeirException.of(e));
        }
    }

    private void broken(IOException cause) {
        WeirException why = cut;
        if (why != null) {
            tryWriteLast(why);
            return;
        }
        LOG.log(Level.DEBUG, "the client disconnected: {0}", cause.toString());
        reportLost("client disconnected");
        // The server may also have ended a write that took too long: the response must not look complete.
        end(out::abort);
    }

    private void step() throws IOException {
        WeirException failed = failure;
        Stream now = stream;
        if (headSent && framing == null) {
            throw new IOException("a whole answer was sent");
        }
        if (failed != null) {
            writeFailure(failed);
        } else if (whole != null && !headSent) {
            send(Objects.requireNonNull(whole));
        } else if (now != null && now.source() != null) {
            pump(now, now.source());
        } else if (headDue && announced != null) {
            Stream coming = Objects.requireNonNull(announced);
            if (!headSent) {
                begin(coming);
                heartbeatDue = true;
            }
            heartbeat();
        }
    }

    private void writeFailure(WeirException failed) throws IOException {
        if (!headSent) {
            send(owner.refusal(failed));
            return;
        }
        EventFraming told = Objects.requireNonNull(framing);
        told.finish(buffer);
        told.fail(failed, owner.problem(failed), buffer);
        write(true);
        end();
    }

    /** Writes the body in pieces, so that the write time-out applies to each piece and not to the whole body. */
    private void send(Whole answer) throws IOException {
        headSent = true;
        out.begin(answer.status(), answer.headers());
        byte[] body = answer.body();
        inPieces(body.length, (from, length) -> out.write(body, from, length));
        delivery.sent(answer.chunks(), body.length);
        end();
    }

    /** Writes one part of the bytes. */
    @FunctionalInterface
    private interface Piece {
        void write(int from, int length) throws IOException;
    }

    private void inPieces(int size, Piece piece) throws IOException {
        for (int from = 0; from < size; from += BURST_BYTES) {
            int start = from;
            int length = Math.min(BURST_BYTES, size - from);
            guard.write(() -> piece.write(start, length));
            throwIfCut();
        }
    }

    private void begin(Stream coming) throws IOException {
        framing = coming.framing();
        headSent = true;
        out.begin(200, coming.headers());
    }

    private void pump(Stream now, ChunkSource source) throws IOException {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            EventFraming used = framing == null ? now.framing() : framing;
            Progress progress = fill(used, source);
            if (failure != null && !headSent && !headDue && buffer.size() == 0) {
                writeFailure(Objects.requireNonNull(failure));
                return;
            }
            if (!headSent) {
                if (buffer.size() == 0 && progress == Progress.WAITS && !headDue) {
                    return;
                }
                if (buffer.size() == 0 && progress == Progress.MORE && !headDue) {
                    continue;
                }
                if (buffer.size() == 0 && progress == Progress.ENDED && failure == null && now.emptyStatus() != 200) {
                    send(new Whole(now.emptyStatus(), Map.of(), new byte[0], 0));
                    return;
                }
                begin(now);
                heartbeatDue |= progress == Progress.WAITS && buffer.size() == 0;
            }
            if (progress == Progress.ENDED) {
                finish(used);
                return;
            }
            if (buffer.size() > 0) {
                write(false);
            } else if (progress == Progress.WAITS) {
                heartbeat();
            }
            if (progress == Progress.WAITS) {
                return;
            }
        }
        turn.signal();
    }

    private void finish(EventFraming used) throws IOException {
        WeirException failed = failure;
        if (failed != null && !used.reportsErrors()) {
            write(false);
            end(out::abort);
            return;
        }
        if (failed == null) {
            used.complete(buffer);
        } else {
            used.fail(failed, owner.problem(failed), buffer);
        }
        write(true);
        end();
    }

    /** Frames the chunks that are ready, up to the limits of one write. */
    private Progress fill(EventFraming used, ChunkSource source) {
        for (int chunks = 0; chunks < MOST_CHUNKS; chunks++) {
            Received received = source.poll(whenReadable);
            if (received == null) {
                return Progress.WAITS;
            }
            if (!(received instanceof Received.Chunk chunk)) {
                if (received instanceof Received.Failed failed) {
                    failure = failed.cause();
                    if (buffer.size() == 0 && !headSent) {
                        return Progress.ENDED;
                    }
                }
                used.finish(buffer);
                return Progress.ENDED;
            }
            int before = buffer.size();
            used.frame(chunk.value(), buffer);
            framed += buffer.size() > before ? 1 : 0;
            if (buffer.size() >= BURST_BYTES) {
                return Progress.MORE;
            }
        }
        return Progress.MORE;
    }

    /**
     * Writes a due heartbeat: it keeps a silent connection alive and finds a disconnected client. A raw byte stream is only
     * flushed.
     */
    private void heartbeat() throws IOException {
        if (!heartbeatDue) {
            return;
        }
        EventFraming used = Objects.requireNonNull(framing);
        if (used.reportsErrors()) {
            used.heartbeat(eventSent, buffer);
        }
        write(false);
    }

    /** Writes and clears the buffer, and flushes unless the end of the response follows. */
    private void write(boolean last) throws IOException {
        int bytes = buffer.size();
        boolean first = !eventSent;
        inPieces(bytes, (from, length) -> buffer.writeTo(out, from, length));
        buffer.clear();
        if (!last) {
            guard.write(() -> {
                out.flush();
                if (first) {
                    // Open Liberty holds back the first bytes until the second flush.
                    out.flush();
                }
            });
            throwIfCut();
        }
        eventSent |= framed > 0;
        heartbeatDue = false;
        sentNanos = System.nanoTime();
        delivery.sent(framed, bytes);
        framed = 0;
    }

    /** Fails if the response was cut off: on one server an interrupted write returns as if it had written all bytes. */
    private void throwIfCut() throws IOException {
        if (cut != null) {
            throw new IOException("the response was cut off");
        }
    }

    private void tryWriteLast(WeirException why) {
        try {
            writeLast(why);
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "the client took nothing more: {0}", e.toString());
        } finally {
            // Does nothing if the last event was written, which ends the response.
            end(out::abort);
        }
    }

    /** Writes the failure as the last event. After an interrupted write, empty lines first end the incomplete event. */
    private void writeLast(WeirException why) throws IOException {
        WeirException told = owner.reason(why);
        if (!headSent) {
            Whole refusal = owner.refusal(told);
            headSent = true;
            out.begin(refusal.status(), refusal.headers());
            guard.writeLast(() -> out.write(refusal.body()));
            end();
        } else if (framing != null && framing.reportsErrors()) {
            ByteBuilder last = new ByteBuilder();
            last.ascii(guard.wasInterrupted() ? "\n\n" : "");
            framing.fail(told, owner.problem(told), last);
            guard.writeLast(() -> last.writeTo(out, 0, last.size()));
            end();
        } else {
            end(out::abort);
        }
    }

    private void refused(Throwable refusal) {
        LOG.log(Level.DEBUG, "no thread writes a response any more: {0}", refusal.toString());
        reportLost("the server is shutting down");
        end();
    }

    private void end() {
        end(out::end);
    }

    private void end(Runnable ending) {
        if (ended) {
            return;
        }
        ended = true;
        closeIfLate();
        try {
            guard.end(ending);
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "a response could not be ended", e);
        } finally {
            open.remove(this);
            owner.ended();
        }
    }

    private static void close(Stream last) {
        ChunkSource source = last.source();
        try {
            if (source != null) {
                source.close();
            }
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "the source of a response could not be closed", e);
        }
    }
}
