package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import dev.weir.config.WorkflowConfig;
import dev.weir.filter.RunFilter;
import dev.weir.json.MemoryEstimate;
import dev.weir.security.Reservation;
import dev.weir.stream.Cancellation;
import dev.weir.stream.Content;
import dev.weir.stream.FaultLog;
import dev.weir.stream.Received;
import dev.weir.stream.Summary;
import dev.weir.telemetry.TraceContext;
import dev.weir.workflow.admission.Admission;
import dev.weir.workflow.admission.Permit;
import dev.weir.workflow.event.EventLog;
import dev.weir.workflow.event.EventReader;
import dev.weir.workflow.event.ResumableDelivery;
import dev.weir.workflow.graph.JobGraph;
import dev.weir.workflow.graph.JobOverrides;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.ServedWorkflow;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a workflow: its input, its state and the signal that cancels it. All work for the run is registered with its
 * {@link Cancellation}, so that one call stops it. Thread-safe.
 */
public final class Run implements JobGraph.Owner, ResumableDelivery.Owner {
    private static final System.Logger LOG = System.getLogger(Run.class.getName());

    private final String taskId;
    private final ServedConfiguration served;
    private final ServedWorkflow workflow;
    private final RunFilter filter;
    private final Admission.Ticket ticket;
    private final Reservation reservation;
    private final Permit permit;
    private volatile @Nullable Object input;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicReference<RunState> state = new AtomicReference<>(new RunState.Pending());
    private final Consumer<Run> whenEnded;
    private final EventLog log;
    private final Summary summary = new RunSummary(this);
    private volatile Summary outputSummary = Summary.UNKNOWN;
    private volatile TraceContext trace = TraceContext.NONE;
    private volatile JobOverrides overrides = JobOverrides.NONE;
    private volatile Optional<String> format;
    private volatile boolean inputIsRead;
    private volatile boolean streams;
    private volatile @Nullable ResumableDelivery delivery;

    /**
     * Creates a pending run.
     *
     * @param permit holds what the run uses, and releases it at the end
     * @param whenEnded called once, after the state is final and before the permit releases anything
     */
    public Run(
            String taskId,
            ServedConfiguration served,
            ServedWorkflow workflow,
            RunFilter filter,
            @Nullable Object input,
            Admission.Ticket ticket,
            Reservation reservation,
            Permit permit,
            EventLog log,
            Consumer<Run> whenEnded) {
        this.taskId = taskId;
        this.served = served;
        this.workflow = workflow;
        this.filter = filter;
        this.input = input;
        this.ticket = ticket;
        this.reservation = reservation;
        this.permit = permit;
        this.log = log;
        this.format = workflow.formats().common();
        this.whenEnded = whenEnded;
    }

    /** Returns the run's task id, a ULID. */
    public String taskId() {
        return taskId;
    }

    /** Returns the time at which the run was admitted. */
    public Instant createdAt() {
        return Instant.ofEpochMilli(TaskId.millis(taskId));
    }

    /** Returns the time at which the run was admitted, in seconds since 1970. */
    public long admittedSeconds() {
        return TaskId.millis(taskId) / 1000;
    }

    /** Returns the configuration of the workflow that runs. */
    public WorkflowConfig workflow() {
        return workflow.config();
    }

    /** Returns the workflow that runs, with what is derived from its configuration. */
    ServedWorkflow servedWorkflow() {
        return workflow;
    }

    /** Returns the name of the caller that started the run; empty without authentication. */
    String owner() {
        return reservation.owner();
    }

    /** Returns the run's share of its caller's limits. */
    Reservation reservation() {
        return reservation;
    }

    /** Returns the filter of the run's output and of its failures. */
    public RunFilter filter() {
        return filter;
    }

    /**
     * Returns the format of the output, such as {@code sse-text}; empty if nothing names one. Before the output exists, this
     * is the format that all terminal jobs have in common.
     */
    public Optional<String> format() {
        return format;
    }

    /** Sets the format of the output to that of the terminal job that gave it. */
    void setOutputJob(String jobId) {
        format = workflow.formats().of(jobId);
    }

    /** True if every output of the workflow is a stream of server-sent events. */
    public boolean isEventStream() {
        return workflow.isEventStream();
    }

    /** Returns the configuration that the run uses until it has ended. */
    public ServedConfiguration served() {
        return served;
    }

    /** Returns the run's right to a place. */
    public Admission.Ticket ticket() {
        return ticket;
    }

    /** Returns the client's input as plain values; null after the end of the run, which releases it. */
    @Nullable
    public Object input() {
        return input;
    }

    /** Returns the signal that cancels the run. */
    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    /** Returns the current state. */
    public RunState state() {
        return Objects.requireNonNull(state.get(), "a run has a state from its beginning");
    }

    /**
     * Cancels the run: each of its producers stops within one token or one read. Does nothing if the run has ended.
     *
     * @param reason the cause for logs and messages, such as {@code client disconnected}
     */
    @Override
    public void cancel(String reason) {
        end(new RunState.Cancelled(reason), reason);
    }

    /** Marks the input as read from a temporary resource, which is released with the run. From now on the output is copied. */
    public void markInputTemporary() {
        inputIsRead = true;
    }

    /** Returns {@code output}, or a copy if it may refer to a resource that is released with the run. */
    @Nullable
    Object detached(@Nullable Object output) {
        return inputIsRead ? Values.copy(output) : output;
    }

    /** Marks the output as a stream. Each chunk is given to {@link #appendEvent}. */
    void streams() {
        streams = true;
    }

    /** Sets the parameters of one job, before the run starts. */
    void override(JobOverrides parameters) {
        overrides = parameters;
    }

    /** Returns the parameters of one job that the request sets. */
    JobOverrides overrides() {
        return overrides;
    }

    /** Sets the trace to which the run's request belongs, before the run starts. */
    void continueTrace(TraceContext ofRequest) {
        trace = ofRequest;
    }

    /** Returns the trace to which the run's request belongs. */
    TraceContext trace() {
        return trace;
    }

    /** Sets the summary of the run's output, which its producer may still complete. */
    void setSummary(Summary ofOutput) {
        outputSummary = ofOutput;
    }

    /** Returns the summary of the run's output as its producer writes it; {@link Summary#UNKNOWN} before the output. */
    Summary outputSummary() {
        return outputSummary;
    }

    /**
     * Returns the finish reason and the counts of tokens of the run's output, as far as they are known now. Complete before
     * the end of the output is reported. The reason is empty if the run has failed or was cancelled. Kept after the end.
     */
    public Summary summary() {
        return summary;
    }

    /** Adds a chunk to the log. An empty text is no event in the format {@code sse-text}, and is left out. */
    void appendEvent(Object chunk) {
        if (!chunk.equals("") || !format.equals(Optional.of("sse-text"))) {
            log.append(detached(chunk));
        }
    }

    /**
     * Returns the run's events after number {@code after}, 0 for all: its chunks, or its whole output as one event, and its
     * end. This reader never delays a run that streams to a resumable client.
     */
    public EventReader events(long after) {
        requireHappened(after);
        return log.read(after, delivery == null, log::release);
    }

    /**
     * Returns the run's events after number {@code after}, for the next connection of the client that may
     * {@linkplain Runs#makeResumable resume} the stream. The previous connection ends, and a slow reader delays the run.
     *
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if there was no such event yet, or if the stream cannot
     *     be resumed
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

    /** Returns the number of the last event; 0 before the first. */
    public long lastEvent() {
        return log.newest();
    }

    /** Returns the estimated bytes kept after the end: the events, and an output that was collected from them. */
    long keptBytes() {
        long collected = streams && state() instanceof RunState.Completed end ? MemoryEstimate.bytes(end.output()) : 0;
        return log.bytes() + collected;
    }

    @Override
    public boolean hasEnded() {
        return state().ended();
    }

    /** True if the run has ended and has given all its output. */
    public boolean hasCompleted() {
        return state() instanceof RunState.Completed;
    }

    /** Returns the log of the run's events. */
    @Override
    public EventLog log() {
        return log;
    }

    /** Records that the client has been answered; true only for the first call. */
    boolean answered() {
        return permit.clientAnswered();
    }

    /** Sets the delivery that {@link #follow} uses; from now on the run can be resumed. */
    public void deliverThrough(ResumableDelivery resumable) {
        delivery = resumable;
    }

    /** Sets the state to processing; false if the run has ended while it waited, or has begun already. */
    public boolean begin() {
        RunState before = state.get();
        return before instanceof RunState.Pending && state.compareAndSet(before, new RunState.Processing());
    }

    /** Ends the run with its output. Does nothing if the run has ended. */
    void complete(@Nullable Object output) {
        complete(output, Optional.empty());
    }

    /** Ends the run with its output of that content. Does nothing if the run has ended. */
    void complete(@Nullable Object output, Optional<Content> content) {
        end(new RunState.Completed(output, content), "the run has ended");
    }

    /**
     * Ends the run with {@code cause}, filtered. A failure with the code {@link ErrorCode#CANCELLED} is recorded as a
     * cancellation.
     */
    @Override
    public void fail(WeirException cause) {
        if (cause.code() == ErrorCode.CANCELLED) {
            cancel(cause.detail());
        } else {
            end(new RunState.Failed(filter.filtered(cause)), "the run has failed");
        }
    }

    /**
     * Returns the failure to report to the client: the recorded end of the run if it explains {@code failure}, otherwise
     * {@code failure} itself.
     */
    public WeirException failureFor(WeirException failure) {
        RunState end = state();
        if (end instanceof RunState.Failed failed) {
            return failed.cause();
        }
        return failure.code() == ErrorCode.CANCELLED && end instanceof RunState.Cancelled cancelled
                ? cancelled.failure(failure)
                : failure;
    }

    /**
     * Returns the reason why a run that has ended gave no output.
     *
     * @throws IllegalStateException if the run has completed or has not ended
     */
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
     * Sets the final state once. The run's work is cancelled before the permit is given back, since a freed place begins
     * another run.
     */
    private void end(RunState end, String reason) {
        RunState before;
        do {
            before = state();
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
