package dev.weir.api.run;

import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import java.util.Optional;

/**
 * The form of the answer to one request that starts a run: that of this API, or of another API over the same runs. Everything else
 * about the run is the same in each form. One thread at a time uses a form.
 */
public interface RunForm {
    /** The answer for a client that does not wait for the run; empty if the client waits. */
    default Optional<RunAnswer.Body> atOnce(Run run) {
        return Optional.empty();
    }

    /** The answer that is made from the output that the run's task keeps; empty if the client gets the output as it comes. */
    default Optional<RunAnswer.Kept> kept(Run run) {
        return Optional.empty();
    }

    /** The stream that the run will give, if that is certain: its head may be sent before the first chunk. */
    Optional<RunAnswer.Head> announced(Run run);

    /** The answer with a stream of chunks. If this method throws, the chunks are closed and the run fails. */
    RunAnswer of(Run run, RunOutput.Streamed output);

    /** The answer with a whole value; the run has ended. */
    RunAnswer of(Run run, RunOutput.Value output);
}
