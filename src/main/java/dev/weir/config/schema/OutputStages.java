package dev.weir.config.schema;

import dev.weir.binding.Bindings;
import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.ActionConfig;
import dev.weir.config.ActionJob;
import dev.weir.config.ComposeConfig;
import dev.weir.config.DelayJob;
import dev.weir.config.FilterJob;
import dev.weir.config.ForEachJob;
import dev.weir.config.JobConfig;
import dev.weir.config.WorkflowAction;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.OutputStage.Called;
import dev.weir.config.schema.OutputStage.Repeated;
import dev.weir.config.schema.OutputStage.Shaped;
import dev.weir.config.schema.OutputStage.Typed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stages of the outputs of a configuration's workflows, made when they are first needed. Belongs to one thread. */
final class OutputStages {
    private final ComposeConfig config;
    private final Map<String, Jobs> made = new HashMap<>();

    OutputStages(ComposeConfig config) {
        this.config = config;
    }

    /** The stages of a workflow's jobs, by the jobs' ids. */
    record Jobs(WorkflowConfig workflow, Map<String, OutputStage> byId) {
        Jobs {
            byId = Collections.unmodifiableMap(new LinkedHashMap<>(byId));
        }

        /** Returns the stage of the workflow's output, which any of these terminal jobs gives. */
        Shaped output(List<JobConfig> terminal) {
            return new Shaped(
                    workflow.output(),
                    terminal.stream().flatMap(job -> named(job.id()).stream()).toList());
        }

        /** Returns the stages that a reference in the template of a stage is bound to. Empty if it is no output. */
        List<OutputStage> of(Reference reference, Shaped stage) {
            Source source = reference.source();
            if (source == Source.JOB_OUTPUT) {
                return named(reference.name());
            }
            // The result of an action is a stage only if the action runs a workflow.
            return source == Source.OUTPUT || source == Source.RESULT || source == Source.RESULT_CHUNK
                    ? stage.inner()
                    : List.of();
        }

        private List<OutputStage> named(@Nullable String id) {
            return Optional.ofNullable(byId.get(id)).stream().toList();
        }
    }

    /** Returns the stages of the jobs of a workflow. Those of workflows that it calls are not made. */
    Jobs of(WorkflowConfig workflow) {
        return made.computeIfAbsent(workflow.id(), id -> {
            Map<String, OutputStage> byId = new LinkedHashMap<>();
            workflow.jobs().forEach(job -> byId.put(job.id(), stage(job)));
            return new Jobs(workflow, byId);
        });
    }

    private OutputStage stage(JobConfig job) {
        if (job instanceof FilterJob filter) {
            ValueType type = filter.input() == null
                    ? OutputStage.LIST
                    : filter.input().type().orElse(OutputStage.LIST);
            return new Shaped(filter.output(), filter.input() == null ? List.of() : List.of(new Typed(type)));
        }
        if (job instanceof ForEachJob each) {
            boolean streams = each.streaming() != null && !isFalse(each.streaming());
            OutputStage result = new Shaped(
                    each.call().output(),
                    stages(each.call().componentId(), each.call().actionId()));
            return new Shaped(each.output(), List.of(streams ? result : new Typed(OutputStage.LIST)));
        }
        if (!(job instanceof ActionJob action)) {
            return new Shaped(job instanceof DelayJob delay ? delay.output() : null, List.of());
        }
        Shaped each = new Shaped(action.output(), stages(action.componentId(), action.actionId()));
        Template count = action.repeatCount();
        if (count == null || (count.isConstant() && Integer.valueOf(1).equals(count.render(Bindings.empty())))) {
            return each;
        }
        return new Repeated(each, count.isConstant());
    }

    /** Returns the stage of an action: its output template, a workflow that it runs, or both. Empty without them. */
    private List<OutputStage> stages(String componentId, String actionId) {
        ActionConfig action = config.component(componentId)
                .flatMap(component -> component.action(actionId))
                .orElse(null);
        if (action == null) {
            return List.of();
        }
        List<OutputStage> inner = new ArrayList<>();
        if (action instanceof WorkflowAction call) {
            call.constantWorkflow().flatMap(config::workflow).map(Called::new).ifPresent(inner::add);
        }
        return action.output() == null ? inner : List.of(new Shaped(action.output(), inner));
    }

    private static boolean isFalse(Template flag) {
        return flag.isConstant() && !flag.test(Bindings.empty());
    }
}
