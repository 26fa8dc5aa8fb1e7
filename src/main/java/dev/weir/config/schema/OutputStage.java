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
import dev.weir.config.WorkflowConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stage of an output on its way to the client: that of an action, of a job, or of a workflow. Immutable. */
sealed interface OutputStage {
    ValueType LIST = new ValueType("list", "", "");

    /**
     * A value that a template shapes.
     *
     * @param template null if the value is passed on unchanged
     * @param inner the stages that {@code ${output}} in the template is bound to
     */
    record Shaped(@Nullable Template template, List<OutputStage> inner) implements OutputStage {
        public Shaped {
            inner = List.copyOf(inner);
        }
    }

    /** A value of a known type with unknown parts. */
    record Typed(ValueType type) implements OutputStage {}

    /**
     * The values of a repeated job.
     *
     * @param isList whether they are always a list; false if the number of runs depends on the input
     */
    record Repeated(Shaped each, boolean isList) implements OutputStage {}

    /** The stages of a workflow's jobs, by the jobs' ids. */
    record Jobs(Map<String, OutputStage> byId) {
        public Jobs {
            byId = Collections.unmodifiableMap(new LinkedHashMap<>(byId));
        }

        static Jobs of(WorkflowConfig workflow, ComposeConfig config) {
            Map<String, OutputStage> byId = new LinkedHashMap<>();
            workflow.jobs().forEach(job -> byId.put(job.id(), stage(job, config)));
            return new Jobs(byId);
        }

        /** Returns the stages of some jobs. */
        List<OutputStage> of(List<JobConfig> jobs) {
            return jobs.stream().flatMap(job -> named(job.id()).stream()).toList();
        }

        /** Returns the stages that a reference in the template of a stage is bound to. Empty if it is no output. */
        List<OutputStage> of(Reference reference, Shaped stage) {
            return reference.source() == Source.OUTPUT
                    ? stage.inner()
                    : reference.source() == Source.JOB_OUTPUT ? named(reference.name()) : List.of();
        }

        private List<OutputStage> named(@Nullable String id) {
            return Optional.ofNullable(byId.get(id)).stream().toList();
        }
    }

    private static OutputStage stage(JobConfig job, ComposeConfig config) {
        if (job instanceof FilterJob filter) {
            ValueType type =
                    filter.input() == null ? LIST : filter.input().type().orElse(LIST);
            return new Shaped(filter.output(), filter.input() == null ? List.of() : List.of(new Typed(type)));
        }
        if (job instanceof ForEachJob each) {
            boolean streams = each.streaming() != null && !isFalse(each.streaming());
            OutputStage result = new Shaped(
                    each.call().output(),
                    stage(each.call().componentId(), each.call().actionId(), config));
            return new Shaped(each.output(), List.of(streams ? result : new Typed(LIST)));
        }
        if (!(job instanceof ActionJob action)) {
            return new Shaped(job instanceof DelayJob delay ? delay.output() : null, List.of());
        }
        List<OutputStage> inner = stage(action.componentId(), action.actionId(), config);
        Shaped each = new Shaped(action.output(), inner);
        Template count = action.repeatCount();
        if (count == null || (count.isConstant() && Integer.valueOf(1).equals(count.render(Bindings.empty())))) {
            return each;
        }
        return new Repeated(each, count.isConstant());
    }

    /** Returns the stage of an action's output template; empty without one. */
    private static List<OutputStage> stage(String componentId, String actionId, ComposeConfig config) {
        return config
                .component(componentId)
                .flatMap(component -> component.action(actionId))
                .map(ActionConfig::output)
                .map(template -> (OutputStage) new Shaped(template, List.of()))
                .stream()
                .toList();
    }

    private static boolean isFalse(Template flag) {
        return flag.isConstant() && !flag.test(Bindings.empty());
    }
}
