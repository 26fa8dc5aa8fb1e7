package dev.weir.workflow.graph;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.ComponentRegistry;
import dev.weir.component.WorkflowCalls;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;
import dev.weir.telemetry.Instruments;

/**
 * The ids, environment, components and threads that the jobs of a run share.
 *
 * @param instruments measure the calls of components
 * @param workflows runs workflows that components call
 * @param overrides the parameters that the run's request sets for one job
 * @param maxCollectedBytes the largest stream that is collected for other jobs, in estimated bytes
 */
public record RunContext(
        RunIdentity identity,
        EnvironmentVariables environment,
        ComponentRegistry components,
        Instruments instruments,
        WorkflowCalls workflows,
        JobOverrides overrides,
        Tasks tasks,
        Timers timers,
        int maxCollectedBytes) {

    /** This context with another way to call workflows. */
    public RunContext calling(WorkflowCalls calls) {
        return new RunContext(
                identity, environment, components, instruments, calls, overrides, tasks, timers, maxCollectedBytes);
    }

    /** This context with parameters for one job. */
    public RunContext overriding(JobOverrides others) {
        return new RunContext(
                identity, environment, components, instruments, workflows, others, tasks, timers, maxCollectedBytes);
    }
}
