package dev.weir.workflow.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parameters of a local model that a request sets in place of the configuration, for the job that gives the run's output.
 *
 * @param jobId the id of the job; empty for none
 * @param values by the names of the action's parameters
 */
public record JobOverrides(String jobId, Map<String, Object> values) {
    /** No parameters. */
    public static final JobOverrides NONE = new JobOverrides("", Map.of());

    public JobOverrides {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The parameters of one job. */
    Map<String, Object> of(String job) {
        return jobId.equals(job) ? values : Map.of();
    }
}
