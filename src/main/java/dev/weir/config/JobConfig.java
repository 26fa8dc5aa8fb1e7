package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A job of a workflow. */
public sealed interface JobConfig permits ActionJob, DelayJob, FilterJob, ForEachJob, RoutingJob {

    /** Unique in its workflow. */
    String id();

    /** Returns the template that decides whether the job runs; null if it always does. */
    @Nullable
    Template condition();

    /**
     * Returns the jobs that this job waits for: named dependencies, jobs with an output that the templates refer to, and jobs
     * that route to this one.
     */
    Dependencies dependencies();

    /** Returns the ids of all jobs that this job may wait for, those of groups too. */
    default Set<String> dependsOn() {
        return dependencies().all();
    }

    /** Returns the ids of the jobs that this job chooses from; jobs that are not chosen are skipped. */
    default Set<String> targets() {
        return Set.of();
    }

    /** The job's place in the configuration. */
    Location location();

    /** This job with further dependencies. */
    JobConfig dependingOn(Set<String> further);
}
