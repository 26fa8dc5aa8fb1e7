package dev.weir.workflow;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import dev.weir.config.WorkflowConfig;
import dev.weir.stream.Cancellation;
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
    private final Admission.Ticket ticket;
    private volatile @Nullable Object input;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicReference<RunState> state = new AtomicReference<>(new RunState.Pending());
    private final Consumer<Run> whenEnded;
    private volatile boolean inputIsRead;

    Run(
            String taskId,
            ServedConfiguration served,
            WorkflowConfig workflow,
            @Nullable Object input,
            Admission.Ticket ticket,
            Consumer<Run> whenEnded) {
        this.taskId = taskId;
        this.served = served;
        this.workflow = workflow;
        this.input = input;
        this.ticket = ticket;
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

    /** Ends with {@code cause}; a failure that only echoes a cancellation leaves the run cancelled. */
    public void fail(WeirException cause) {
        if (cause.code() == ErrorCode.CANCELLED) {
            cancel(cause.detail());
        } else {
            end(new RunState.Failed(cause), "the run has failed");
        }
    }

    /** What to tell a client for whom {@code failure} came of this run: how the run ended, if that is why. */
    public WeirException told(WeirException failure) {
        RunState end = state();
        if (end instanceof RunState.Failed failed) {
            return failed.cause();
        }
        return failure.code() == ErrorCode.CANCELLED && end instanceof RunState.Cancelled cancelled
                ? new WeirException(ErrorCode.CANCELLED, "the run was cancelled: " + cancelled.reason(), failure)
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
        ticket.leave();
        whenEnded.accept(this);
        cancellation.cancel(reason);
    }
}
