package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.binding.Template;
import dev.weir.config.ActionConfig;
import dev.weir.config.ActionJob;
import dev.weir.config.ComponentConfig;
import dev.weir.config.ComponentNames;
import dev.weir.config.Dependencies;
import dev.weir.config.ForEachJob;
import dev.weir.config.JobConfig;
import dev.weir.config.UnavailableConfig;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the jobs of one workflow, and resolves the components and actions that they name. */
public final class JobReader {
    public static final List<String> TYPES =
            List.of("action", "component", "delay", "if", "switch", "random-router", "filter", "for-each");
    private static final String[] FOREIGN_KEYS = {"max_run_count", "interrupt", "hook", "retry", "on_error"};
    private static final String DEPENDENCIES = "depends_on";
    private static final String DEFAULT_ID = "__default__";

    private final String workflow;
    private final ComponentReader components;

    JobReader(String workflow, ComponentReader components) {
        this.workflow = workflow;
        this.components = components;
    }

    /**
     * Reads the only job, which has its keys in the workflow itself. {@code input} and {@code output} there belong to the
     * workflow.
     */
    Optional<JobConfig> readOnly(Section section) {
        section.unsupported(FOREIGN_KEYS);
        return action(new CommonJobKeys(ActionJob.ONLY_JOB, section, Dependencies.NONE), null, null);
    }

    /** Reads a job from its own section. */
    Optional<JobConfig> read(String id, Section section) {
        String type = section.text("type").orElse("action");
        CommonJobKeys frame = new CommonJobKeys(id, section, dependsOn(section));
        if (ComposeWords.JOB_TYPE.isForeign(type)) {
            return Optional.of(unavailable(frame, type));
        }
        section.unsupported("name");
        section.unsupported(FOREIGN_KEYS);
        return switch (type) {
            case "action", "component" ->
                action(
                        frame,
                        section.template("input", SourceScope.JOB_INPUT),
                        section.template("output", SourceScope.JOB_OUTPUT));
            case "delay" -> new ControlJobReader(frame).delay();
            case "if" -> new ControlJobReader(frame).branch();
            case "switch" -> new ControlJobReader(frame).choice();
            case "random-router" -> new ControlJobReader(frame).randomRouter();
            case "filter" -> new ControlJobReader(frame).filter();
            case "for-each" -> forEach(frame);
            default -> unknown(type, section);
        };
    }

    /** Reads the dependencies. A list among them is a group, of which the job awaits one. */
    private static Dependencies dependsOn(Section section) {
        if (!(section.find(DEPENDENCIES) instanceof YamlNode.Sequence written)
                || written.elements().stream().noneMatch(YamlNode.Sequence.class::isInstance)) {
            return Dependencies.of(new LinkedHashSet<>(section.texts(DEPENDENCIES)));
        }
        Set<String> certain = new LinkedHashSet<>();
        List<Set<String>> groups = new ArrayList<>();
        for (List<String> entry : section.textLists(DEPENDENCIES)) {
            Set<String> ids = new LinkedHashSet<>(entry);
            if (ids.size() > 1) {
                groups.add(ids);
            } else {
                certain.addAll(ids);
            }
        }
        if (written.elements().stream()
                .anyMatch(element -> element instanceof YamlNode.Sequence group
                        && group.elements().isEmpty())) {
            section.error(DEPENDENCIES, "'" + DEPENDENCIES + "' has an empty group", "remove it, or name its jobs");
        }
        return new Dependencies(certain, groups);
    }

    /** Returns a job with the type of model-compose that Weir does not have: it calls a component that fails. */
    private JobConfig unavailable(CommonJobKeys frame, String type) {
        Section section = frame.section();
        String reason = ComposeWords.JOB_TYPE.message(type);
        section.warning("type", reason, "job '" + frame.id() + "' fails when it runs, and the rest serves");
        String component = ComponentNames.inline(workflow, frame.id());
        components.addUnavailable(component, type, reason, section);
        Template condition = frame.condition();
        Dependencies dependsOn = frame.dependsOn(condition);
        section.acceptAll();
        return new ActionJob(
                frame.id(),
                component,
                ActionConfig.ONLY_ACTION,
                null,
                null,
                condition,
                null,
                dependsOn,
                section.location());
    }

    private static Optional<JobConfig> unknown(String type, Section section) {
        String known = "the types are " + String.join(", ", TYPES);
        section.error(
                "type",
                "there is no job type '" + Printable.cut(type) + "'",
                ComposeWords.JOB_TYPE.remedy(type, TYPES, known));
        section.acceptAll();
        return Optional.empty();
    }

    private Optional<JobConfig> action(CommonJobKeys frame, @Nullable Template input, @Nullable Template output) {
        Section section = frame.section();
        Template condition = frame.condition();
        Template repeatCount = section.template("repeat_count", SourceScope.JOB_INPUT);
        Optional<String> component = component(frame.id(), section);
        Optional<String> named = section.text("action").filter(id -> !id.equals(DEFAULT_ID));
        Optional<String> action = component.flatMap(componentId -> action(componentId, named, section));
        Dependencies dependsOn = frame.dependsOn(input, output, condition, repeatCount);
        return component.isEmpty() || action.isEmpty()
                ? Optional.empty()
                : Optional.of(new ActionJob(
                        frame.id(),
                        component.get(),
                        action.get(),
                        input,
                        output,
                        condition,
                        repeatCount,
                        dependsOn,
                        section.location()));
    }

    private Optional<JobConfig> forEach(CommonJobKeys frame) {
        Section section = frame.section();
        Template input = section.template("input", SourceScope.JOB_INPUT);
        Template batchSize = section.template("batch_size", SourceScope.JOB_INPUT);
        Template streaming = section.template("streaming", SourceScope.JOB_INPUT);
        if (batchSize != null && batchSize.isConstant()) {
            section.integer("batch_size", 1, ForEachJob.MAX_BATCH_SIZE);
        }
        if (streaming != null && streaming.isConstant()) {
            section.bool("streaming", false);
        }
        Template output = section.template("output", SourceScope.JOB_OUTPUT);
        Template condition = frame.condition();
        Optional<ForEachJob.Call> call = section.mapping("do").flatMap(inner -> call(frame.id(), inner));
        if (!section.has("do")) {
            section.missing("do", "write the action for each item, such as do: {component: …, input: '${item}'}");
        }
        return call.map(each -> new ForEachJob(
                frame.id(),
                input,
                each,
                batchSize,
                streaming,
                output,
                condition,
                frame.dependsOn(input, batchSize, streaming, output, condition, each.input(), each.output()),
                section.location()));
    }

    private Optional<ForEachJob.Call> call(String job, Section section) {
        Template input = section.template("input", SourceScope.JOB_ITEM);
        Template output = section.template("output", SourceScope.ITEM_OUTPUT);
        Optional<String> component = component(job, section);
        Optional<String> named = section.text("action").filter(id -> !id.equals(DEFAULT_ID));
        Optional<String> action = component.flatMap(id -> action(id, named, section));
        section.finish();
        return component.isEmpty()
                ? Optional.empty()
                : action.map(id -> new ForEachJob.Call(component.get(), id, input, output));
    }

    private Optional<String> component(String job, Section section) {
        if (section.find("component") instanceof YamlNode.Mapping) {
            String id = ComponentNames.inline(workflow, job);
            section.mapping("component").ifPresent(inline -> components.readInline(id, inline));
            return Optional.of(id);
        }
        Optional<String> named = section.text("component").filter(id -> !id.equals(DEFAULT_ID));
        if (named.isPresent()) {
            return resolved(section, "component", named.get(), components.ids());
        }
        Optional<String> standard = components.defaultId();
        if (standard.isEmpty() && !(components.ids().isEmpty() && components.areWritten())) {
            String remedy = components.ids().isEmpty()
                    ? "write 'component: {type: …}' beside 'workflow'"
                    : "name one of " + String.join(", ", components.ids()) + ", or give one of them default: true";
            section.missing("component", remedy);
        }
        return standard;
    }

    private Optional<String> action(String componentId, Optional<String> named, Section section) {
        ComponentConfig component = components.component(componentId);
        if (component == null) {
            return Optional.empty(); // The component's reader has reported the problem.
        }
        if (component instanceof UnavailableConfig) {
            return Optional.of(named.orElse(ActionConfig.ONLY_ACTION));
        }
        List<? extends ActionConfig> actions = component.actions();
        List<String> ids = actions.stream().map(ActionConfig::id).toList();
        if (named.isPresent()) {
            return resolved(section, "action", named.get(), ids);
        }
        Optional<String> standard = actions.size() == 1
                ? Optional.of(ids.get(0))
                : actions.stream()
                        .filter(ActionConfig::isDefault)
                        .map(ActionConfig::id)
                        .findFirst();
        if (standard.isEmpty() && !actions.isEmpty()) {
            section.missing("action", "name one of " + String.join(", ", ids) + ", or give one of them default: true");
        }
        return standard;
    }

    private static Optional<String> resolved(Section section, String key, String id, List<String> ids) {
        if (ids.contains(id)) {
            return Optional.of(id);
        }
        String known = ids.isEmpty() ? "there is none" : "there are " + String.join(", ", ids);
        section.error(key, "there is no " + key + " '" + Printable.cut(id) + "'", Suggestion.remedy(id, ids, known));
        return Optional.empty();
    }
}
