package dev.weir.workflow.graph;

import dev.weir.WeirException;
import dev.weir.component.Output;
import org.jspecify.annotations.Nullable;

/** How a job of a run ended. */
sealed interface Outcome {

    /** It gave an output. */
    record Done(Output output) implements Outcome {}

    /** Its condition was false, or it follows only jobs that were skipped. */
    record Skipped() implements Outcome {}

    /** It chose this job among its targets; null if it chose none. */
    record Routed(@Nullable String jobId) implements Outcome {}

    /** It could not go on. */
    record Failed(WeirException cause) implements Outcome {}
}
