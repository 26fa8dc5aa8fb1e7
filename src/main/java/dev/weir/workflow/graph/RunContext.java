package dev.weir.workflow.graph;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.ComponentRegistry;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;

/**
 * The environment, components and threads that the jobs of a run share.
 *
 * @param maxCollectedBytes the largest stream that is collected for other jobs, in estimated bytes
 */
public record RunContext(
        EnvironmentVariables environment,
        ComponentRegistry components,
        Tasks tasks,
        Timers timers,
        int maxCollectedBytes) {}
