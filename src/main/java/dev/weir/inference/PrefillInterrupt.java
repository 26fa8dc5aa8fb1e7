package dev.weir.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import org.jspecify.annotations.Nullable;

/** Lets another thread end the run in progress. Thread-safe. */
final class PrefillInterrupt {
    private OrtSession.@Nullable RunOptions options;
    private boolean meant;

    /** What a run does under {@link #during}. */
    @FunctionalInterface
    interface Run {
        void with(OrtSession.RunOptions options) throws OrtException;
    }

    /** @throws WeirException {@link ErrorCode#CANCELLED} if the run was ended from outside */
    void during(Run run) throws OrtException {
        try (OrtSession.RunOptions own = new OrtSession.RunOptions()) {
            begin(own);
            try {
                run.with(own);
            } finally {
                end();
            }
        } catch (OrtException e) {
            if (wasMeant()) {
                throw new WeirException(ErrorCode.CANCELLED, "the generation was cancelled", e);
            }
            throw e;
        }
    }

    private synchronized void begin(OrtSession.RunOptions own) {
        options = own;
        meant = false;
    }

    private synchronized boolean wasMeant() {
        return meant;
    }

    private synchronized void end() {
        options = null;
    }

    /** Ends the run in progress, if there is one. */
    synchronized void interrupt() {
        if (options != null) {
            try {
                options.setTerminate(true);
                meant = true;
            } catch (OrtException e) {
                throw new WeirException(ErrorCode.INTERNAL, "the model could not be interrupted", e);
            }
        }
    }
}
