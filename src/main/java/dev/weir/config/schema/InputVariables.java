package dev.weir.config.schema;

import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.ActionJob;
import dev.weir.config.ComponentConfig;
import dev.weir.config.ComposeConfig;
import dev.weir.config.JobConfig;
import dev.weir.config.Templates;
import dev.weir.config.WorkflowAction;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.WorkflowSchema.Variable;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the input variables of a workflow: each {@code ${input.name}} in its templates and in those of its jobs. If a job
 * passes its input on unchanged, the templates of its action count, too, and those of the workflow
 * that the action runs with the same input. Used once.
 */
final class InputVariables {
    private final WorkflowConfig workflow;
    private final ComposeConfig config;
    private final Map<String, InputUses> found = new LinkedHashMap<>();
    private final Set<String> workflows = new HashSet<>();
    private final Set<Template> added = Collections.newSetFromMap(new IdentityHashMap<>());
    /** The number of calls that lead to the workflow that is being entered. */
    private int depth;

    InputVariables(WorkflowConfig workflow, ComposeConfig config) {
        this.workflow = workflow;
        this.config = config;
    }

    List<Variable> find() {
        return uses().stream().map(InputUses::variable).toList();
    }

    /** Returns the uses of each variable. */
    List<InputUses> uses() {
        addWorkflow(workflow);
        if (!handsOn(workflow.input())) {
            return List.copyOf(found.values());
        }
        InputUses whole = found.remove("");
        return found.isEmpty() && whole != null ? List.of(whole) : List.copyOf(found.values());
    }

    private void addWorkflow(WorkflowConfig entered) {
        // A longer chain is a problem of the configuration, which is reported elsewhere.
        if (depth > WorkflowAction.MAX_DEPTH || !workflows.add(entered.id())) {
            return;
        }
        depth++;
        if (handsOn(entered.input())) {
            entered.jobs().forEach(this::addJob);
            add(entered.output());
        } else {
            add(entered.input());
        }
        depth--;
    }

    private void addJob(JobConfig job) {
        add(job.condition());
        if (job instanceof ActionJob action) {
            if (handsOn(action.input())) {
                addAction(action);
            } else {
                add(action.input());
            }
            add(action.repeatCount());
            add(action.output());
        } else {
            Templates.of(job).forEach(this::add);
        }
    }

    private void addAction(ActionJob job) {
        Optional<ComponentConfig> component = config.component(job.componentId());
        component.ifPresent(found -> Templates.of(found).forEach(this::add));
        component.flatMap(found -> found.action(job.actionId())).ifPresent(action -> {
            Templates.of(action).forEach(this::add);
            if (action instanceof WorkflowAction call && handsOn(call.input())) {
                call.constantWorkflow().flatMap(config::workflow).ifPresent(this::addWorkflow);
            }
        });
    }

    /** Whether a template passes the input on unchanged; an absent template does. */
    private static boolean handsOn(@Nullable Template template) {
        return template == null
                || (template.isExpression()
                        && template.type().isEmpty()
                        && template.references().size() == 1
                        && template.references().get(0).source() == Source.INPUT
                        && template.references().get(0).path().isEmpty());
    }

    private void add(@Nullable Template template) {
        if (template != null && added.add(template)) {
            template.references().stream()
                    .filter(reference -> reference.source() == Source.INPUT)
                    .forEach(reference -> add(template, reference));
        }
    }

    private void add(Template template, Reference reference) {
        String name = reference.variable().orElse("");
        if (!name.isEmpty() || reference.path().isEmpty()) {
            found.computeIfAbsent(name, InputUses::new).add(template, reference, depth == 1);
        }
    }
}
