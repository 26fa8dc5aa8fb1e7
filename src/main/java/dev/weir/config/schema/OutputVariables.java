package dev.weir.config.schema;

import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.ActionJob;
import dev.weir.config.ComposeConfig;
import dev.weir.config.DelayJob;
import dev.weir.config.FilterJob;
import dev.weir.config.JobConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.WorkflowSchema.Variable;
import dev.weir.config.yaml.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the output variables of a workflow: the references in its output template, each named by its place. Without such a
 * template, the output templates of the last jobs or of their actions count.
 */
final class OutputVariables {
    private static final ValueType ANY = new ValueType("any", "", "");

    private final WorkflowConfig workflow;
    private final ComposeConfig config;
    private final Map<String, Variable> found = new LinkedHashMap<>();

    OutputVariables(WorkflowConfig workflow, ComposeConfig config) {
        this.workflow = workflow;
        this.config = config;
    }

    List<Variable> find() {
        if (workflow.output() != null) {
            add(workflow.output());
        } else {
            workflow.terminalJobs().forEach(this::addJob);
        }
        return found.isEmpty()
                ? List.of(new Variable("", List.of(), ANY, false, false, null, Map.of()))
                : List.copyOf(found.values());
    }

    private void addJob(JobConfig job) {
        if (job instanceof DelayJob delay) {
            add(delay.output());
        } else if (job instanceof FilterJob filter) {
            add(filter.output());
        } else if (job instanceof ActionJob action) {
            if (action.output() != null) {
                add(action.output());
            } else {
                config.component(action.componentId())
                        .flatMap(component -> component.action(action.actionId()))
                        .ifPresent(each -> add(each.output()));
            }
        }
    }

    private void add(@Nullable Template template) {
        if (template == null) {
            return;
        }
        for (Reference reference : template.references()) {
            String name = Printable.suffix(reference.place().path()).replaceFirst("^\\.", "");
            found.putIfAbsent(name, Variable.ofOutput(name, reference));
        }
    }
}
