package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import dev.weir.config.WorkflowConfig;
import dev.weir.filter.RunFilter;
import dev.weir.security.Claim;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Received;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a workflow: its input, its state and the signal that cancels it. Thread-safe. Whatever the run holds is
 * registered with its {@link Cancellation}, so that one call lets it all go.
 */
public final class Run {
    private final String taskId;
    private final ServedConfiguration served;
    private final WorkflowConfig workflow;
    private final RunFilter filter;
    private final Admission.Ticket ticket;
    private final Claim claim;
    private volatile @Nullable Object input;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicReference<RunState> state = new AtomicReference<>(new RunState.Pending());
    private final Consumer<Run> whenEnded;
    private final EventLog log;
    private final boolean sendsEmptyTexts;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean inputIsRead;
    private volatile boolean streams;
    private volatile @Nullable Following following;

    Run(
            String taskId,
            ServedConfiguration served,
            WorkflowConfig workflow,
            RunFilter filter,
            @Nullable Object input,
            Admission.Ticket ticket,
            Claim claim,
            EventLog log,
            Consumer<Run> whenEnded) {
        this.taskId = taskId;
        this.served = served;
        this.workflow = workflow;
        this.filter = filter;
        this.input = input;
        this.ticket = ticket;
        this.claim = claim;
        this.log = log;
        this.sendsEmptyTexts = !format().equals(Optional.of("sse-text"));
        this.whenEnded = whenEnded;
    }

    /** The ULID by which clients know this run. */
    public String taskId() {
        return taskId;
    }

    /** What runs. */
    public WorkflowConfig workflow() {
        return workflow;
    }

    /** Whose it is: the name of the caller who started it; empty where nobody is asked. */
    String owner() {
        return claim.owner();
    }

    /** What it holds of its caller's allowances, given back when it ends. */
    Claim claim() {
        return claim;
    }

    /** What keeps back of its output what may not leave. */
    RunFilter filter() {
        return filter;
    }

    /** The wire its workflow names, {@code sse-text} or {@code sse-json}. */
    public Optional<String> format() {
        return Optional.ofNullable(workflow.output()).flatMap(template -> template.format());
    }

    /** The configuration it belongs to, in use until the run has ended. */
    ServedConfiguration served() {
        return served;
    }

    /** Its claim to a place, left when the run ends. */
    Admission.Ticket ticket() {
        return ticket;
    }

    /** What the client gave, plain values; null after the end, which keeps nothing of it. */
    @Nullable
    Object input() {
        return input;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** Where it is now. */
    public RunState state() {
        return state.get();
    }

    /**
     * Cancels: every producer of the run stops within one token or one read. Does nothing to a run that has ended.
     *
     * @param reason who or what cancelled, such as {@code client disconnected}
     */
    public void cancel(String reason) {
        end(new RunState.Cancelled(reason), reason);
    }

    /**
     * Lets what the input is read from go when the run ends, whatever way: at once if it has already. The output is a copy
     * from then on, so that nothing of it is read later.
     *
     * @param release must not block
     */
    public void readsFrom(Runnable release) {
        inputIsRead = true;
        cancellation.onCancel(release);
    }

    /** {@code output} as it can be kept when the run has ended. */
    @Nullable
    Object lasting(@Nullable Object output) {
        return inputIsRead ? Values.copy(output) : output;
    }

    /** Its output comes in chunks, each of which is {@linkplain #happened told} here. */
    void streams() {
        streams = true;
    }

    /** A chunk has come. One that has no text is not sent as text, and so is no event. */
    void happened(Object chunk) {
        if (sendsEmptyTexts || !chunk.equals("")) {
            log.append(lasting(chunk));
        }
    }

    /**
     * The run's events behind number {@code after}, 0 for all: its chunks, or its whole output as the only one, and how it
     * ended. Whoever reads them does not hold up a client to whom the run streams.
     *
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if there was no such event yet
     */
    public EventReader events(long after) {
        requireHappened(after);
        return log.read(after, following == null, log::release);
    }

    /**
     * The same for the next connection of the client that the run {@linkplain WorkflowRunner#followed works for}: it ends
     * the connection before, and holds up the run where it is slow.
     *
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if there was no such event yet, or if the run has no such
     *     client
     */
    public EventReader follow(long after) {
        requireHappened(after);
        Following client = following;
        if (client == null) {
            throw new WeirException(
                    ErrorCode.MALFORMED_REQUEST,
                    "task " + taskId + " is no stream that can be continued here; its events are at tasks/" + taskId
                            + "/events");
        }
        return client.follow(after);
    }

    private void requireHappened(long after) {
        long newest = log.newest();
        if (after > newest) {
            throw new WeirException(
                    ErrorCode.MALFORMED_REQUEST,
                    "Last-Event-ID names event " + after + " of task " + taskId + ", which has sent only " + newest);
        }
    }

    /** The number of its last event; 0 before the first. */
    public long lastEvent() {
        return log.newest();
    }

    /** What it keeps after its end: its events, and an output that was collected from them. */
    long keptBytes() {
        long collected = streams && state() instanceof RunState.Completed end ? Footprint.bytes(end.output()) : 0;
        return log.bytes() + collected;
    }

    /** Whether it has given all its output. */
    public boolean hasCompleted() {
        return state() instanceof RunState.Completed;
    }

    /** Its events' log. */
    EventLog log() {
        return log;
    }

    /** Its client has been answered; true the first time. */
    boolean answered() {
        return answered.compareAndSet(false, true);
    }

    void followedBy(Following client) {
        following = client;
    }

    /** The client it works for; there must be one. */
    Following following() {
        return Objects.requireNonNull(following);
    }

    void begin() {
        RunState before = state.get();
        if (before instanceof RunState.Pending) {
            state.compareAndSet(before, new RunState.Processing());
        }
        cancellation.throwIfCancelled();
    }

    void complete(@Nullable Object output) {
        end(new RunState.Completed(output), "the run has ended");
    }

    /** Ends with {@code cause}, less what may not leave; a failure that only echoes a cancellation leaves the run cancelled. */
    public void fail(WeirException cause) {
        if (cause.code() == ErrorCode.CANCELLED) {
            cancel(cause.detail());
        } else {
            end(new RunState.Failed(filter.filtered(cause)), "the run has failed");
        }
    }

    /** What to tell a client for whom {@code failure} came of this run: how the run ended, if that is why. */
    public WeirException told(WeirException failure) {
        RunState end = state();
        if (end instanceof RunState.Failed failed) {
            return failed.cause();
        }
        return failure.code() == ErrorCode.CANCELLED && end instanceof RunState.Cancelled cancelled
                ? cancelled.failure(failure)
                : failure;
    }

    private void end(RunState end, String reason) {
        RunState before;
        do {
            before = state.get();
            if (before.ended()) {
                return;
            }
        } while (!state.compareAndSet(before, end));
        input = null;
        endLog(end);
        ticket.leave();
        claim.close();
        whenEnded.accept(this);
        cancellation.cancel(reason);
    }

    private void endLog(RunState end) {
        if (end instanceof RunState.Completed completed) {
            if (!streams) {
                log.append(completed.output());
            }
            log.end(new Received.Completed());
        } else if (end instanceof RunState.Failed failed) {
            log.end(new Received.Failed(failed.cause()));
        } else if (end instanceof RunState.Cancelled cancelled) {
            log.end(new Received.Failed(cancelled.failure(null)));
        }
    }
}
