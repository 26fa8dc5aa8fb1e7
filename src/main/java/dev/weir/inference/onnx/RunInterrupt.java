package dev.weir.inference.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.spec.RunLimit;
import dev.weir.stream.Cancellation;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Ends the run of a graph in progress: at once on the call of another thread, or when the time limit has passed. Thread-safe. */
public final class RunInterrupt {
    private final RunLimit limit;
    // Guarded by this:
    private OrtSession.@Nullable RunOptions options;
    private @Nullable WeirException reason;

    /**
     * Creates an interrupt.
     *
     * @param limit the time limit of each run
     */
    public RunInterrupt(RunLimit limit) {
        this.limit = limit;
    }

    /** The action that runs a graph with the given options. */
    @FunctionalInterface
    public interface Run {
        void with(OrtSession.RunOptions options) throws OrtException;
    }

    /**
     * Runs {@code run} so that {@link #interrupt} or the time limit ends it. Blocks until its end.
     *
     * @param unwanted checked once, when an interrupt already takes effect. Code that makes it true and then interrupts is
     *     therefore never missed
     * @throws WeirException {@link ErrorCode#CANCELLED} if the run was interrupted or is not wanted; {@link ErrorCode#TIMED_OUT}
     *     if it exceeded the limit
     */
    public void during(BooleanSupplier unwanted, Run run) throws OrtException {
        try (OrtSession.RunOptions own = new OrtSession.RunOptions()) {
            begin(own);
            Cancellation.Registration late = limit.after(() -> terminate(own, late()));
            try {
                if (unwanted.getAsBoolean()) {
                    throw cancelled();
                }
                run.with(own);
            } finally {
                end();
                late.close();
            }
        } catch (OrtException e) {
            WeirException reason = reason();
            if (reason != null) {
                reason.addSuppressed(e);
                throw reason;
            }
            throw e;
        }
    }

    private synchronized void begin(OrtSession.RunOptions own) {
        options = own;
        reason = null;
    }

    private synchronized @Nullable WeirException reason() {
        return reason;
    }

    private synchronized void end() {
        options = null;
    }

    /** Ends the run in progress, if any. */
    public synchronized void interrupt() {
        if (options != null) {
            terminate(options, cancelled());
        }
    }

    private synchronized void terminate(OrtSession.RunOptions run, WeirException reason) {
        if (options == run && reason == null) {
            try {
                run.setTerminate(true);
                reason = reason;
            } catch (OrtException e) {
                throw new WeirException(ErrorCode.INTERNAL, "the model could not be interrupted", e);
            }
        }
    }

    private static WeirException cancelled() {
        return new WeirException(ErrorCode.CANCELLED, "the generation was cancelled");
    }

    private WeirException late() {
        return new WeirException(
                ErrorCode.TIMED_OUT,
                "a run of the model's graph did not end (within " + limit.most().toMillis() / 1000.0
                        + " s, weir.model.run-timeout): use a smaller model, or raise the limit");
    }
}
