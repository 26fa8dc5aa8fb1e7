package dev.weir.workflow.graph;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.ComponentRegistry;
import dev.weir.stream.Tasks;
import dev.weir.stream.Timers;

/**
 * What the jobs of a run share.
 *
 * @param maxCollectedBytes the largest stream that is collected for other jobs
 */
public record RunContext(
        EnvironmentVariables environment,
        ComponentRegistry components,
        Tasks tasks,
        Timers timers,
        int maxCollectedBytes) {}
