package dev.weir.config;

import dev.weir.binding.Template;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A job of a workflow. */
public sealed interface JobConfig permits ActionJob {

    /** Unique in its workflow. */
    String id();

    /** Decides whether the job runs; null if it always does. */
    @Nullable
    Template condition();

    /** The ids of the jobs that must end first, those that its templates refer to included. */
    Set<String> dependsOn();

    /** Where it is written. */
    Location location();
}
