package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job that runs an action for each element of a list or each chunk of a stream. The results have the order of the
 * elements. Any other value counts as one element, and its result stands alone.
 *
 * @param input the list; null for the workflow's input
 * @param call the action, with each element as {@code item} and its position as {@code index}
 * @param batchSize the most elements that are worked on at once; null for one
 * @param streaming whether each result is a chunk of a stream as soon as all results before it exist; null for false
 * @param output shapes the list of results, or each result of a stream, bound to {@code output}; null to pass it on
 *     unchanged
 */
public record ForEachJob(
        String id,
        @Nullable Template input,
        Call call,
        @Nullable Template batchSize,
        @Nullable Template streaming,
        @Nullable Template output,
        @Nullable Template condition,
        Dependencies dependencies,
        Location location)
        implements JobConfig {
    /** The limit of {@code batch_size}, since each call holds an upstream or a model. */
    public static final int MAX_BATCH_SIZE = 100;

    /**
     * The action for one element.
     *
     * @param input the action's input; null for the element
     * @param output shapes the action's output, bound to {@code output}; null to pass it on unchanged
     */
    public record Call(
            String componentId,
            String actionId,
            @Nullable Template input,
            @Nullable Template output) {}

    @Override
    public JobConfig dependingOn(Set<String> further) {
        return new ForEachJob(
                id, input, call, batchSize, streaming, output, condition, dependencies.with(further), location);
    }
}
