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

/** Tells whether a call failed since the process that it was made to has ended. Never blocks. */
record ProcessNews(ServiceProcess life, Tasks tasks, Timers timers) {
    /** How the end of a process may look to those who are connected to it. */
    private static final Set<ErrorCode> SYMPTOMS = Set.of(
            ErrorCode.UPSTREAM_BROKE_OFF,
            ErrorCode.UPSTREAM_TRUNCATED,
            ErrorCode.UPSTREAM_REFUSED,
            ErrorCode.UPSTREAM_FAILED);

    /** A connection breaks a moment before the system tells of the end of the process, and its last lines are read. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    /**
     * {@code failure}, or the end of the process with its last words if that is why: a moment later, when there may be news of it. The
     * future never fails; it completes at once on this thread where the failure is no symptom, otherwise on a task's thread, or where no
     * thread can be had on that of the news.
     */
    CompletableFuture<WeirException> told(WeirException failure) {
        if (!SYMPTOMS.contains(failure.code())) {
            return CompletableFuture.completedFuture(failure);
        }
        CompletableFuture<String> how = life.ended();
        Continuations.closing(how, timers.after(WAIT, () -> how.cancel(false), refusal -> how.cancel(false)));
        return Continuations.onTask(how, tasks, unwanted -> {}).handle((told, none) -> told(failure, told));
    }

    private WeirException told(WeirException failure, @Nullable String how) {
        return how == null
                ? failure
                : new WeirException(
                        ErrorCode.UPSTREAM_PROCESS_ENDED,
                        "the component's process " + life.pid() + ", which is started again, " + how,
                        failure);
    }
}
