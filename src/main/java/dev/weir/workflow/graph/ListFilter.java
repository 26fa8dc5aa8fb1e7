package dev.weir.workflow.graph;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.config.FilterJob;
import dev.weir.stream.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tests the elements of a filter job's list one after another. The time is bounded, since a test may search another list.
 *
 * @param list gives the list
 * @param scope the values of the job's templates
 * @param nanos a clock like {@link System#nanoTime}
 */
record ListFilter(FilterJob job, Template list, Bindings scope, Cancellation cancellation, LongSupplier nanos) {
    /** The limit for all elements together, since the test holds a thread. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    /**
     * Returns the elements that pass the job's condition.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the input is no list, an element cannot be tested, or
     *     {@link #LONGEST} is exceeded; {@link ErrorCode#CANCELLED} if the run is cancelled meanwhile
     */
    List<@Nullable Object> kept() {
        Object input = list.render(scope);
        if (!(input instanceof List<?> elements)) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT, "input of a filter must be a list, was " + Values.describe(input));
        }
        long begin = nanos.getAsLong();
        List<@Nullable Object> kept = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            cancellation.throwIfCancelled();
            if (nanos.getAsLong() - begin > LONGEST.toNanos()) {
                throw new WeirException(
                        ErrorCode.INVALID_INPUT,
                        "input of a filter has " + elements.size() + " elements, of which " + i + " were tested in "
                                + LONGEST.toSeconds() + " s, the most that it may take: send fewer");
            }
            Object element = elements.get(i);
            Bindings ofElement = scope.with(Source.ITEM, element).with(Source.INDEX, i);
            if (job.where() == null || job.where().test(ofElement)) {
                kept.add(element);
            }
        }
        return kept;
    }
}
