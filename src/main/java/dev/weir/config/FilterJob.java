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
        Dependencies dependencies,
        Location location)
        implements JobConfig {
    @Override
    public JobConfig dependingOn(Set<String> further) {
        return new FilterJob(id, input, where, output, condition, dependencies.with(further), location);
    }
}
