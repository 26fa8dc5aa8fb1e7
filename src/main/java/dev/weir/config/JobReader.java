package dev.weir.config;

import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the jobs of one workflow, and resolves the components and actions that they name. */
final class JobReader {
    private static final Set<String> ACTION_TYPES = Set.of("action", "component");
    private static final String DEFAULT_ID = "__default__";

    private final String workflow;
    private final ComponentReader components;

    JobReader(String workflow, ComponentReader components) {
        this.workflow = workflow;
        this.components = components;
    }

    /** The job whose keys stand in the workflow itself; the input and output there are the workflow's. */
    Optional<JobConfig> readOnly(Section section) {
        return action(ActionJob.ONLY_JOB, section, null, null, Set.of());
    }

    /** A job of its own. */
    Optional<JobConfig> read(String id, Section section) {
        String type = section.text("type").orElse("action");
        if (!ACTION_TYPES.contains(type)) {
            section.error(
                    "type", "there is no job type '" + Section.cut(type) + "'", "leave 'type' away to run an action");
            return Optional.empty();
        }
        section.unsupported("name", "max_run_count", "interrupt", "hook", "retry", "on_error");
        Template input = section.template("input", Visibility.JOB_INPUT);
        Template output = section.template("output", Visibility.JOB_OUTPUT);
        Set<String> dependsOn = new LinkedHashSet<>(section.texts("depends_on"));
        dependsOn.addAll(jobsIn(input, output));
        return action(id, section, input, output, dependsOn);
    }

    private Optional<JobConfig> action(
            String id, Section section, @Nullable Template input, @Nullable Template output, Set<String> dependsOn) {
        Template condition = condition(section);
        Template repeatCount = section.template("repeat_count", Visibility.JOB_INPUT);
        Optional<String> component = component(id, section);
        Optional<String> action = component.flatMap(componentId -> action(componentId, section));
        Set<String> dependencies = new LinkedHashSet<>(dependsOn);
        dependencies.addAll(jobsIn(condition, repeatCount));
        return component.isEmpty() || action.isEmpty()
                ? Optional.empty()
                : Optional.of(new ActionJob(
                        id,
                        component.get(),
                        action.get(),
                        input,
                        output,
                        condition,
                        repeatCount,
                        dependencies,
                        section.location()));
    }

    private static @Nullable Template condition(Section section) {
        Template condition = section.template("condition", Visibility.JOB_INPUT);
        if (condition != null && !condition.isConstant() && !condition.isExpression()) {
            section.error(
                    "condition",
                    "a condition is one expression, with nothing around it",
                    "put the whole of it between ${ and }, such as ${input.model == 'a'}");
        }
        return condition;
    }

    /** The ids of the jobs whose outputs templates refer to. */
    static Set<String> jobsIn(@Nullable Template... templates) {
        Set<String> ids = new LinkedHashSet<>();
        for (Template template : templates) {
            if (template != null) {
                for (Reference reference : template.references()) {
                    if (reference.source() == Source.JOB_OUTPUT) {
                        ids.add(String.valueOf(reference.name()));
                    }
                }
            }
        }
        return ids;
    }

    private Optional<String> component(String job, Section section) {
        if (section.find("component") instanceof YamlNode.Mapping) {
            String id = workflow + "." + job;
            section.mapping("component").ifPresent(inline -> components.readInline(id, inline));
            return Optional.of(id);
        }
        Optional<String> named = section.text("component").filter(id -> !id.equals(DEFAULT_ID));
        if (named.isPresent()) {
            return resolved(section, "component", named.get(), components.ids());
        }
        Optional<String> standard = components.defaultId();
        if (standard.isEmpty() && !section.has("component")) {
            String remedy = components.ids().isEmpty()
                    ? "write 'component: {type: …}' beside 'workflow'"
                    : "name one of " + String.join(", ", components.ids()) + ", or give one of them default: true";
            section.missing("component", remedy);
        }
        return standard;
    }

    private Optional<String> action(String componentId, Section section) {
        Optional<String> named = section.text("action").filter(id -> !id.equals(DEFAULT_ID));
        ComponentConfig component = components.component(componentId);
        if (component == null) {
            return Optional.empty(); // It could not be read, which is reported where it stands.
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
        section.error(key, "there is no " + key + " '" + Section.cut(id) + "'", NearestName.remedy(id, ids, known));
        return Optional.empty();
    }
}
