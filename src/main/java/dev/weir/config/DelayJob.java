package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job that waits: for {@code duration}, or until {@code time}. Exactly one of the two is not null.
 *
 * @param duration renders to seconds, or to a text such as {@code 500ms}
 * @param time renders to an ISO 8601 date and time
 * @param timezone the zone of a time without one, such as {@code Asia/Seoul}; null for UTC
 * @param output the job's output; null for none
 */
public record DelayJob(
        String id,
        @Nullable Template duration,
        @Nullable Template time,
        @Nullable Template timezone,
        @Nullable Template output,
        @Nullable Template condition,
        Dependencies dependencies,
        Location location)
        implements JobConfig {
    @Override
    public JobConfig dependingOn(Set<String> further) {
        return new DelayJob(id, duration, time, timezone, output, condition, dependencies.with(further), location);
    }
}
