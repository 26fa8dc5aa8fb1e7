package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import dev.weir.filter.OutputFilter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A workflow: its jobs, its input and its output.
 *
 * @param title empty if there is none
 * @param description empty if there is none
 * @param input shapes the run's input before the jobs see it; null to pass it on unchanged
 * @param output shapes the last job's output, bound to {@code output}; null to pass it on unchanged
 * @param jobs at least one; their dependencies are free of cycles
 * @param allow the roles or names that may see and run the workflow; empty for every caller
 * @param limits the limits of all callers of the workflow together
 * @param filters the output filters, in the order in which they are applied
 * @param exposure its appearance in the APIs of other clients
 */
public record WorkflowConfig(
        String id,
        String title,
        String description,
        boolean isDefault,
        @Nullable Template input,
        @Nullable Template output,
        List<JobConfig> jobs,
        Set<String> allow,
        LimitsConfig limits,
        List<OutputFilter> filters,
        Exposure exposure,
        Location location) {

    public WorkflowConfig {
        jobs = List.copyOf(jobs);
        allow = Set.copyOf(allow);
        filters = List.copyOf(filters);
    }

    /** The jobs that no other job waits for, in the order of the configuration. */
    public List<JobConfig> terminalJobs() {
        Set<String> awaited = new HashSet<>();
        jobs.forEach(job -> awaited.addAll(job.dependsOn()));
        return jobs.stream().filter(job -> !awaited.contains(job.id())).toList();
    }

    /** The job with an id. */
    public Optional<JobConfig> job(String id) {
        return jobs.stream().filter(job -> job.id().equals(id)).findFirst();
    }
}
