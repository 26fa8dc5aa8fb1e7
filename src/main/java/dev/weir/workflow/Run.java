package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import dev.weir.config.WorkflowConfig;
import dev.weir.filter.RunFilter;
import dev.weir.security.Claim;
import dev.weir.stream.Cancellation;
import dev.weir.stream.FaultLog;
import dev.weir.stream.Received;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a workflow: its input, its state and the signal that cancels it. Thread-safe. Whatever the run holds is
 * registered with its {@link Cancellation}, so that one call lets it all go.
 */
public final class Run {
    private static final System.Logger LOG = System.getLogger(Run.class.getName());

    private final String taskId;
    private final ServedConfiguration served;
    private final WorkflowConfig workflow;
    private final boolean isEventStream;
    private final RunFilter filter;
    private final Admission.Ticket ticket;
    private final Claim claim;
    private final Permit permit;
    private volatile @Nullable Object input;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicReference<RunState> state = new AtomicReference<>(new RunState.Pending());
    private final Consumer<Run> whenEnded;
    private final EventLog log;
    private final boolean sendsEmptyTexts;
    private volatile boolean inputIsRead;
    private volatile boolean streams;
    private volatile @Nullable ResumableDelivery delivery;

    /** @param permit holds the other things of the run, and is told of its end */
    Run(
            String taskId,
            ServedConfiguration served,
            ServedWorkflow workflow,
            RunFilter filter,
            @Nullable Object input,
            Admission.Ticket ticket,
            Claim claim,
            Permit permit,
            EventLog log,
            Consumer<Run> whenEnded) {
        this.taskId = taskId;
        this.served = served;
        this.workflow = workflow.config();
        this.isEventStream = workflow.isEventStream();
        this.filter = filter;
        this.input = input;
        this.ticket = ticket;
        this.claim = claim;
        this.permit = permit;
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

    /** Its share of its caller's allowances. */
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

    /** Whether its output, if it gives one, is certainly a stream of server-sent events. */
    public boolean isEventStream() {
        return isEventStream;
    }

    /** The configuration it belongs to, in use until the run has ended. */
    ServedConfiguration served() {
        return served;
    }

    /** Its claim to a place. */
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

    /** The input is read from something that goes when the run ends: the output is a copy from now on. */
    public void copiesOutput() {
        inputIsRead = true;
    }

    /** {@code output} as it can be kept when the run has ended. */
    @Nullable
    Object lasting(@Nullable Object output) {
        return inputIsRead ? Values.copy(output) : output;
    }

    /** Its output comes in chunks, each of which is {@linkplain #appendEvent told} here. */
    void streams() {
        streams = true;
    }

    /** A chunk has come. One that has no text is not sent as text, and so is no event. */
    void appendEvent(Object chunk) {
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
        return log.read(after, delivery == null, log::release);
    }

    /**
     * The same for the next connection of the client that may {@linkplain Runs#makeResumable resume} the run's stream: it ends the
     * connection before, and holds up the run where it is slow.
     *
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if there was no such event yet, or if the run has no such
     *     client
     */
    public EventReader follow(long after) {
        requireHappened(after);
        ResumableDelivery client = delivery;
        if (client == null) {
            throw new WeirException(
                    ErrorCode.MALFORMED_REQUEST,
                    "task " + taskId + " is not a stream that can be continued here: read its events at tasks/" + taskId
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
        return permit.clientAnswered();
    }

    void deliverThrough(ResumableDelivery resumable) {
        delivery = resumable;
    }

    /** Begins, unless the run has ended while it waited. */
    boolean begin() {
        RunState before = state.get();
        return before instanceof RunState.Pending && state.compareAndSet(before, new RunState.Processing());
    }

    /** Ends with its output; does nothing to a run that has ended. */
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
    public WeirException failureFor(WeirException failure) {
        RunState end = state();
        if (end instanceof RunState.Failed failed) {
            return failed.cause();
        }
        return failure.code() == ErrorCode.CANCELLED && end instanceof RunState.Cancelled cancelled
                ? cancelled.failure(failure)
                : failure;
    }

    /** Why a run that has ended gave no output. */
    WeirException failure() {
        RunState end = state();
        if (end instanceof RunState.Failed failed) {
            return failed.cause();
        }
        if (end instanceof RunState.Cancelled cancelled) {
            return cancelled.failure(null);
        }
        throw new IllegalStateException("task " + taskId + " has not failed, it is " + end.status());
    }

    /**
     * The state decides, once. Whoever waits for the run to begin must find it ended, so what it works at is told to stop before
     * anything is given back: what is given back begins other runs.
     */
    private void end(RunState end, String reason) {
        RunState before;
        do {
            before = state.get();
            if (before.ended()) {
                return;
            }
        } while (!state.compareAndSet(before, end));
        input = null;
        attempt(() -> cancellation.cancel(reason));
        attempt(() -> endLog(end));
        attempt(() -> whenEnded.accept(this));
        permit.runEnded();
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            FaultLog.error(LOG, "a step of the end of a run failed", e);
        }
    }

    private void endLog(RunState end) {
        if (end instanceof RunState.Completed completed) {
            try {
                if (!streams) {
                    log.append(completed.output());
                }
            } finally {
                log.end(new Received.Completed());
            }
        } else {
            log.end(new Received.Failed(failure()));
        }
    }
}
