package dev.weir.config.schema;

import dev.weir.binding.Template;
import dev.weir.config.ComposeConfig;
import dev.weir.config.JobConfig;
import dev.weir.config.WorkflowConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The formats of a workflow's output on the wire, such as {@code sse-text}. The workflow's output names the format; else the
 * output of the terminal job; else the output of its action; else the output of the workflow that the action runs. A path into a
 * map is followed to the map's entry. Immutable.
 *
 * @param named the format that the workflow's output names; empty if it names none
 * @param byJob the formats of the workflow's output by the id of the terminal job that gives it, as far as one is named
 * @param common the format of every output, whichever job gives it; empty if it depends on the job, or if there is none
 */
public record WireFormats(Optional<String> named, Map<String, String> byJob, Optional<String> common) {

    public WireFormats {
        byJob = Map.copyOf(byJob);
    }

    /** The formats of one workflow of a configuration. */
    public static WireFormats of(WorkflowConfig workflow, ComposeConfig config) {
        Template output = workflow.output();
        Optional<String> named = output == null ? Optional.empty() : output.format();
        StageFormats stages = new StageFormats(new OutputStages(config));
        Map<String, String> byJob = new LinkedHashMap<>();
        List<Optional<String>> formats = new ArrayList<>();
        for (JobConfig job : workflow.terminalJobs()) {
            Optional<String> format = stages.of(workflow, job);
            format.ifPresent(each -> byJob.put(job.id(), each));
            formats.add(format);
        }
        Optional<String> common = StageFormats.common(formats);
        return new WireFormats(named, byJob, common);
    }

    /** The format of a run's output, which came from this terminal job. */
    public Optional<String> of(String jobId) {
        return named.isPresent() ? named : Optional.ofNullable(byJob.get(jobId));
    }
}
