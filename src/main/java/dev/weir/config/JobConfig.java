package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A job of a workflow. */
public sealed interface JobConfig permits ActionJob, DelayJob, FilterJob, RoutingJob {

    /** Unique in its workflow. */
    String id();

    /** Decides whether the job runs; null if it always does. */
    @Nullable
    Template condition();

    /**
     * The ids of the jobs that must end first: those that are named, those whose outputs its templates refer to, and those
     * that route to it.
     */
    Set<String> dependsOn();

    /** The ids of the jobs of which it chooses one; the others are skipped. */
    default Set<String> targets() {
        return Set.of();
    }

    /** Where it is written. */
    Location location();

    /** This job with further dependencies. */
    JobConfig dependingOn(Set<String> further);
}
