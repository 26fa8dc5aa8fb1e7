package dev.weir.config.schema;

import dev.weir.binding.Template;
import dev.weir.config.ActionConfig;
import dev.weir.config.ActionJob;
import dev.weir.config.ComposeConfig;
import dev.weir.config.DelayJob;
import dev.weir.config.FilterJob;
import dev.weir.config.JobConfig;
import dev.weir.config.WorkflowConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The formats of a workflow's output on the wire, such as {@code sse-text}. The workflow's output names the format; else the
 * output of the terminal job; else the output of its action. Immutable.
 *
 * @param named the format that the workflow's output names; empty if it names none
 * @param byJob the formats of the terminal jobs that name one, by the jobs' ids
 * @param common the format of every output, whichever job gives it; empty if it depends on the job, or if there is none
 */
public record WireFormats(Optional<String> named, Map<String, String> byJob, Optional<String> common) {

    public WireFormats {
        byJob = Map.copyOf(byJob);
    }

    /** The formats of one workflow of a configuration. */
    public static WireFormats of(WorkflowConfig workflow, ComposeConfig config) {
        Optional<String> named = format(workflow.output());
        Map<String, String> byJob = new LinkedHashMap<>();
        List<JobConfig> terminal = workflow.terminalJobs();
        for (JobConfig job : terminal) {
            format(job, config).ifPresent(format -> byJob.put(job.id(), format));
        }
        Set<Optional<String>> formats = terminal.stream()
                .map(job -> Optional.ofNullable(byJob.get(job.id())))
                .collect(Collectors.toSet());
        Optional<String> common = named.isPresent() || formats.size() != 1
                ? named
                : formats.iterator().next();
        return new WireFormats(named, byJob, common);
    }

    /** The format of a run's output, which came from this terminal job. */
    public Optional<String> of(String jobId) {
        return named.isPresent() ? named : Optional.ofNullable(byJob.get(jobId));
    }

    private static Optional<String> format(JobConfig job, ComposeConfig config) {
        if (job instanceof DelayJob delay) {
            return format(delay.output());
        } else if (job instanceof FilterJob filter) {
            return format(filter.output());
        } else if (job instanceof ActionJob action) {
            return format(action.output())
                    .or(() -> config.component(action.componentId())
                            .flatMap(component -> component.action(action.actionId()))
                            .map(ActionConfig::output)
                            .flatMap(WireFormats::format));
        }
        return Optional.empty();
    }

    private static Optional<String> format(@Nullable Template output) {
        return output == null ? Optional.empty() : output.format();
    }
}
