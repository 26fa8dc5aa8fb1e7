package dev.weir.config;

import dev.weir.binding.Condition;
import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job that keeps some elements of a list, or only shapes an output.
 *
 * @param input the list; null to take the workflow's input, which may be any value
 * @param where tested with each element as {@code item} and its position as {@code index}; null to keep all
 * @param output shapes the remaining list, bound to {@code output}; null to pass it on unchanged
 */
public record FilterJob(
        String id,
        @Nullable Template input,
        @Nullable Condition where,
        @Nullable Template output,
        @Nullable Template condition,
        Set<String> dependsOn,
        Location location)
        implements JobConfig {

    public FilterJob {
        dependsOn = Set.copyOf(dependsOn);
    }

    @Override
    public JobConfig dependingOn(Set<String> further) {
        return new FilterJob(id, input, where, output, condition, IdSets.union(dependsOn, further), location);
    }
}
