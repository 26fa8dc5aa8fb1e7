package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.binding.Template;
import dev.weir.config.ActionConfig;
import dev.weir.config.ActionJob;
import dev.weir.config.ComponentConfig;
import dev.weir.config.ComponentNames;
import dev.weir.config.ForEachJob;
import dev.weir.config.JobConfig;
import dev.weir.config.WorkflowAction;
import dev.weir.config.WorkflowComponentConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.ProblemList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads components of type {@code workflow}, and checks that workflows call each other without cycles and not too deeply. */
final class WorkflowComponentReader {
    private final Map<String, WorkflowConfig> workflows = new LinkedHashMap<>();
    private final Map<String, ComponentConfig> components = new LinkedHashMap<>();
    private final ProblemList problems;
    private final Deque<String> trail = new ArrayDeque<>();
    /** The longest chain of calls from each workflow that was walked: the ids of the workflows, its own first. */
    private final Map<String, List<String>> chains = new HashMap<>();

    private WorkflowComponentReader(
            List<WorkflowConfig> workflows, List<ComponentConfig> components, ProblemList problems) {
        workflows.forEach(workflow -> this.workflows.put(workflow.id(), workflow));
        components.forEach(component -> this.components.put(component.id(), component));
        this.problems = problems;
    }

    static @Nullable WorkflowComponentConfig read(String id, boolean isDefault, Section section) {
        List<WorkflowAction> actions = Actions.read(section, (actionId, action) -> action(actionId, action, section));
        section.finish();
        return actions.isEmpty() ? null : new WorkflowComponentConfig(id, isDefault, actions, section.location());
    }

    private static Optional<WorkflowAction> action(String id, Section action, Section component) {
        Template workflow = action.template("workflow", SourceScope.ACTION_INPUT);
        Template input = action.template("input", SourceScope.ACTION_INPUT);
        Template output = action.template("output", SourceScope.WORKFLOW_CALL_OUTPUT);
        if (!action.has("workflow")) {
            action.missing("workflow", "write the id of a workflow of this configuration");
        }
        return workflow == null
                ? Optional.empty()
                : Optional.of(new WorkflowAction(id, Actions.isDefault(action, component), workflow, input, output));
    }

    /** Reports calls of workflows that do not exist, each cycle of calls once, and chains of calls that are too long. */
    static void check(List<WorkflowConfig> workflows, List<ComponentConfig> components, ProblemList problems) {
        WorkflowComponentReader check = new WorkflowComponentReader(workflows, components, problems);
        check.checkIds();
        workflows.forEach(workflow -> check.walk(workflow.id(), null));
    }

    private void checkIds() {
        for (ComponentConfig component : components.values()) {
            for (ActionConfig action : component.actions()) {
                String id = called(action);
                if (id != null && !workflows.containsKey(id)) {
                    problems.error(
                            component.location(),
                            "",
                            ComponentNames.quoted(component.id()) + " calls the workflow '" + Printable.cut(id)
                                    + "', which does not exist",
                            Suggestion.remedy(
                                    id, workflows.keySet(), "there are " + String.join(", ", workflows.keySet())));
                }
            }
        }
    }

    /** Returns the id of the workflow that an action always calls; null if there is none. */
    private static @Nullable String called(ActionConfig action) {
        return action instanceof WorkflowAction call ? call.constantWorkflow().orElse(null) : null;
    }

    /** Walks the calls of a workflow. Returns the longest chain of calls: the ids of its workflows, this one first. */
    private List<String> walk(String id, @Nullable ComponentConfig caller) {
        List<String> known = chains.get(id);
        WorkflowConfig workflow = workflows.get(id);
        if (known != null || workflow == null) {
            return known == null ? List.of(id) : known;
        }
        if (trail.contains(id)) {
            reportCycle(id, caller);
            return List.of(id);
        }
        if (trail.size() > WorkflowAction.MAX_DEPTH) {
            return List.of(id); // The chain is too long already. This also bounds the recursion.
        }
        trail.addLast(id);
        List<String> longest = List.of();
        for (JobConfig job : workflow.jobs()) {
            List<String> next = List.of();
            if (job instanceof ActionJob action) {
                next = walkAction(action.componentId(), action.actionId());
            } else if (job instanceof ForEachJob each) {
                next = walkAction(each.call().componentId(), each.call().actionId());
            }
            longest = next.size() > longest.size() ? next : longest;
        }
        trail.removeLast();
        List<String> chain = Stream.concat(Stream.of(id), longest.stream()).toList();
        if (chain.size() == WorkflowAction.MAX_DEPTH + 2) {
            problems.error(
                    workflow.location(),
                    "",
                    "workflows call each other too deeply (at most " + WorkflowAction.MAX_DEPTH + " calls): "
                            + String.join(" → ", chain),
                    "remove one of these calls");
        }
        chains.put(id, chain);
        return chain;
    }

    private void reportCycle(String id, @Nullable ComponentConfig caller) {
        List<String> cycle = new ArrayList<>(trail);
        cycle.subList(0, cycle.indexOf(id)).clear();
        cycle.add(id);
        if (caller != null) {
            problems.error(
                    caller.location(),
                    "",
                    "workflows call each other: " + String.join(" → ", cycle),
                    "remove one of these calls");
        }
    }

    private List<String> walkAction(String componentId, String actionId) {
        ComponentConfig component = components.get(componentId);
        String next = component == null
                ? null
                : component
                        .action(actionId)
                        .map(WorkflowComponentReader::called)
                        .orElse(null);
        return next == null ? List.of() : walk(next, component);
    }
}
