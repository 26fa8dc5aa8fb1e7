package dev.weir.workflow.graph;

import dev.weir.WeirException;
import dev.weir.component.Output;
import org.jspecify.annotations.Nullable;

/** The end of a job. */
sealed interface Outcome {

    /** The job gave an output. */
    record Done(Output output) implements Outcome {}

    /** The job's condition was false, or it follows only skipped jobs. */
    record Skipped() implements Outcome {}

    /**
     * The job chose a target.
     *
     * @param jobId the id of the target; null if the job chose none
     */
    record Routed(@Nullable String jobId) implements Outcome {}

    /** The job failed. */
    record Failed(WeirException cause) implements Outcome {}
}
