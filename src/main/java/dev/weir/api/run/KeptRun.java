package dev.weir.api.run;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.SerialRegistration;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunState;
import dev.weir.workflow.Runs;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A run that keeps all its output for its task. Its client gets the output when the run has ended, or is released before. Only the
 * first of both answers the client. Thread-safe.
 */
final class KeptRun {
    private final RunAnswer.Kept kept;
    private final Run run;
    private final RunResponder responder;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final SerialRegistration wait = new SerialRegistration();

    KeptRun(RunAnswer.Kept kept, Run run, RunResponder responder) {
        this.kept = kept;
        this.run = run;
        this.responder = responder;
    }

    void start(Runs runs) {
        runs.startKept(run, responder::onBegin, this::ended);
        // The run may end before the wait is known.
        wait.set(kept.waits(this::release));
    }

    private void release() {
        if (run.hasEnded() || !answered.compareAndSet(false, true)) {
            return;
        }
        try {
            responder.release(kept.pending());
        } catch (RuntimeException | Error e) {
            WeirException failure = WeirException.of(e);
            run.fail(failure);
            responder.onFailure(failure);
        }
    }

    private void ended() {
        wait.close();
        if (!answered.compareAndSet(false, true)) {
            responder.endedWithoutClient();
            return;
        }
        try {
            if (run.state() instanceof RunState.Completed completed) {
                responder.complete(kept.completed(completed));
            } else {
                // The recorded end of the run replaces this failure.
                responder.onFailure(new WeirException(ErrorCode.CANCELLED, "the run was cancelled"));
            }
        } catch (RuntimeException | Error e) {
            responder.onFailure(WeirException.of(e));
        }
    }
}
