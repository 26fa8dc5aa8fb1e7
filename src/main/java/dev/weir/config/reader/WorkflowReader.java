package dev.weir.config.reader;

import dev.weir.binding.Bindings;
import dev.weir.binding.Template;
import dev.weir.config.ActionConfig;
import dev.weir.config.ActionJob;
import dev.weir.config.AuthConfig;
import dev.weir.config.ComponentConfig;
import dev.weir.config.ComponentNames;
import dev.weir.config.ControllerConfig;
import dev.weir.config.Exposure;
import dev.weir.config.ForEachJob;
import dev.weir.config.JobConfig;
import dev.weir.config.LimitsConfig;
import dev.weir.config.ModelAction;
import dev.weir.config.ShellAction;
import dev.weir.config.SplitterAction;
import dev.weir.config.StreamLinks;
import dev.weir.config.WorkflowConfig;
import dev.weir.filter.OutputFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads workflows and their jobs. */
final class WorkflowReader {
    private final ComponentReader components;
    private final Optional<AuthConfig> auth;
    private final boolean hasTools;

    /**
     * Reads workflows that run these components.
     *
     * @param controller the controller of the same file
     */
    WorkflowReader(ComponentReader components, ControllerConfig controller) {
        this.components = components;
        this.auth = controller.auth();
        this.hasTools = controller.mcp().isPresent();
    }

    /** Reads all workflows of the file. */
    List<WorkflowConfig> readAll(Section root) {
        List<Shapes.Item> items = Shapes.items(root, "workflow", "workflows", ComponentNames.ONLY_WORKFLOW);
        boolean missing = !root.has("workflow") && !root.has("workflows");
        boolean none = components.areWritten()
                && Stream.of("workflow", "workflows").noneMatch(root.node.entries()::containsKey);
        if (items.isEmpty() && missing && !none) {
            root.missing("workflow", "write at least 'workflow: {title: …}'");
        }
        Defaults.checkOne(items);
        List<WorkflowConfig> workflows = new ArrayList<>();
        for (Shapes.Item item : items) {
            workflows.add(read(item.id(), item.section()));
        }
        checkExposures(items, workflows);
        return workflows;
    }

    private void checkExposures(List<Shapes.Item> items, List<WorkflowConfig> workflows) {
        Map<String, Section> sections = items.stream()
                .collect(Collectors.toMap(Shapes.Item::id, Shapes.Item::section, (first, second) -> first));
        Map<String, Exposure> exposures = new LinkedHashMap<>();
        workflows.forEach(workflow -> exposures.putIfAbsent(workflow.id(), workflow.exposure()));
        ExposureReader.checkModels(sections, exposures);
        if (hasTools) {
            McpReader.checkTools(sections, exposures);
        }
    }

    private WorkflowConfig read(String id, Section section) {
        String title = section.text("title").orElse("");
        String description = section.text("description").orElse("");
        boolean isDefault = section.bool("default", false);
        section.unsupported("name", "variables");
        Exposure exposure = ExposureReader.workflow(section);
        Template input = section.template("input", SourceScope.WORKFLOW_INPUT);
        Template output = section.template("output", SourceScope.WORKFLOW_OUTPUT);
        Set<String> allow = AuthReader.allow(section);
        AuthReader.check(section, allow, auth);
        LimitsConfig limits = section.mapping("limits").map(LimitsReader::read).orElse(LimitsConfig.NONE);
        List<OutputFilter> filters = FilterReader.readAll(section);
        List<JobConfig> jobs = jobs(id, section, output);
        section.finish();
        JobReferences.check(section, "output", output, jobs);
        WorkflowConfig workflow = new WorkflowConfig(
                id,
                title,
                description,
                isDefault,
                input,
                output,
                jobs,
                allow,
                limits,
                filters,
                exposure,
                section.location());
        warnOfCollectedOutput(section, workflow);
        return workflow;
    }

    private List<JobConfig> jobs(String id, Section section, @Nullable Template output) {
        JobReader reader = new JobReader(id, components);
        if (!section.has("jobs") && !section.has("job")) {
            return reader.readOnly(section).map(List::of).orElse(List.of());
        }
        List<Shapes.Item> items = Shapes.items(section, "job", "jobs", ActionJob.ONLY_JOB);
        List<JobConfig> jobs = new ArrayList<>();
        for (Shapes.Item item : items) {
            Optional<JobConfig> job = reader.read(item.id(), item.section());
            job.ifPresent(jobs::add);
            item.section().finish();
        }
        JobReferences references = new JobReferences(items, jobs);
        references.check();
        List<JobConfig> linked = references.withRoutes();
        warnOfCollectedStreams(items, linked, StreamLinks.of(linked, output, this::action));
        return linked;
    }

    /**
     * Warns about streams that are collected: only the last job streams to the client, and most other jobs wait for the
     * whole stream.
     */
    private void warnOfCollectedStreams(List<Shapes.Item> items, List<JobConfig> jobs, StreamLinks links) {
        for (Shapes.Item item : items) {
            boolean streams = jobs.stream().anyMatch(job -> job.id().equals(item.id()) && streams(job));
            List<String> dependants = jobs.stream()
                    .filter(job -> job.dependsOn().contains(item.id()))
                    .map(JobConfig::id)
                    .toList();
            if (streams && !dependants.isEmpty() && !links.isRead(item.id())) {
                item.section()
                        .warning(
                                "the job streams, but is collected first: it is not the last, "
                                        + String.join(", ", dependants) + " waits for it",
                                "");
            }
        }
    }

    /** Warns about a stream of a terminal job that the workflow's output collects. */
    private void warnOfCollectedOutput(Section section, WorkflowConfig workflow) {
        Template output = workflow.output();
        if (output == null) {
            return;
        }
        for (JobConfig job : workflow.terminalJobs()) {
            if (streams(job) && output.collectsOutput(job.id())) {
                section.warning(
                        "the stream of job '" + job.id()
                                + "' is collected first: the workflow's output has it as a part",
                        "write exactly ${jobs." + job.id() + ".output} for a stream");
            }
        }
    }

    private boolean streams(JobConfig job) {
        if (job instanceof ForEachJob each) {
            return each.streaming() != null && isTrue(each.streaming());
        }
        return job instanceof ActionJob action
                && action(action.componentId(), action.actionId())
                        .filter(WorkflowReader::streams)
                        .isPresent();
    }

    private Optional<? extends ActionConfig> action(String componentId, String actionId) {
        ComponentConfig component = components.component(componentId);
        return component == null ? Optional.empty() : component.action(actionId);
    }

    private static boolean isTrue(Template flag) {
        return flag.isConstant() && flag.test(Bindings.empty());
    }

    private static boolean streams(ActionConfig action) {
        Template output = action.output();
        if (action instanceof ModelAction model) {
            boolean on = model.streaming().isConstant() && model.streaming().test(Bindings.empty());
            return on && (output == null || output.streams());
        }
        if (action instanceof SplitterAction splitter) {
            return isTrue(splitter.streaming());
        }
        if (action instanceof ShellAction shell) {
            return isTrue(shell.streaming());
        }
        return output != null && output.streams();
    }
}
