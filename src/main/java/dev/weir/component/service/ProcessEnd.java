package dev.weir.component.service;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.process.ServiceProcess;
import dev.weir.stream.Continuations;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds out whether a call failed because the process that it called has ended. Never blocks. */
record ProcessEnd(ServiceProcess life, Tasks tasks, Timers timers) {
    /** The failures that the end of a process may cause in a call to it. */
    private static final Set<ErrorCode> SYMPTOMS = Set.of(
            ErrorCode.UPSTREAM_BROKE_OFF,
            ErrorCode.UPSTREAM_TRUNCATED,
            ErrorCode.UPSTREAM_REFUSED,
            ErrorCode.UPSTREAM_FAILED);

    /** A connection may break before the operating system reports the end of the process and before its last lines are read. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    /**
     * The failure to report: {@code failure}, or the end of the process with its last output if that is the cause. The
     * end of the process is awaited for a short time.
     *
     * <p>The future never fails. It completes at once for a failure with another cause. Otherwise it completes on a
     * task thread, or, if no thread is available, on the thread that reports the end.
     */
    CompletableFuture<WeirException> explained(WeirException failure) {
        if (!SYMPTOMS.contains(failure.code())) {
            return CompletableFuture.completedFuture(failure);
        }
        CompletableFuture<String> how = life.ended();
        Continuations.closing(how, timers.after(WAIT, () -> how.cancel(false), refusal -> how.cancel(false)));
        return Continuations.onTask(how, tasks, unwanted -> {})
                .handle((explained, none) -> explained(failure, explained));
    }

    private WeirException explained(WeirException failure, @Nullable String how) {
        return how == null
                ? failure
                : new WeirException(
                        ErrorCode.UPSTREAM_PROCESS_ENDED,
                        "the component's process " + life.pid() + ", which is started again, " + how,
                        failure);
    }
}
