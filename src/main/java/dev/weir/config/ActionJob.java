package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job that runs an action of a component.
 *
 * @param input the action's input; null for the workflow's input
 * @param output shapes the action's output, bound to {@code output}; null to pass it on unchanged
 * @param repeatCount the number of runs of the action; null for one
 */
public record ActionJob(
        String id,
        String componentId,
        String actionId,
        @Nullable Template input,
        @Nullable Template output,
        @Nullable Template condition,
        @Nullable Template repeatCount,
        Dependencies dependencies,
        Location location)
        implements JobConfig {
    /** The id of a job that is written as the workflow itself. */
    public static final String ONLY_JOB = "__job__";

    @Override
    public JobConfig dependingOn(Set<String> further) {
        return new ActionJob(
                id, componentId, actionId, input, output, condition, repeatCount, dependencies.with(further), location);
    }
}
