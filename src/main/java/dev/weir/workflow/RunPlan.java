package dev.weir.workflow;

import dev.weir.WeirException;
import dev.weir.security.Caller;
import dev.weir.workflow.graph.JobOverrides;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.ServedWorkflow;
import org.jspecify.annotations.Nullable;

/** Chooses the workflow of a run and makes its input, from the configuration with which the run is admitted. */
@FunctionalInterface
public interface RunPlan {
    /**
     * Plans a run. Called once, before the limits are applied.
     *
     * @throws WeirException if the caller may not run such a workflow, or if there is no such input
     */
    Planned plan(ServedConfiguration served, Caller caller);

    /**
     * A planned run.
     *
     * @param input the input of the workflow, before it is checked
     * @param overrides the parameters that the request sets for one job
     */
    record Planned(ServedWorkflow workflow, @Nullable Object input, JobOverrides overrides) {}
}
