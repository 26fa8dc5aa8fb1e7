package dev.weir.config.schema;

import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.OutputStage.Called;
import dev.weir.config.schema.OutputStage.Repeated;
import dev.weir.config.schema.OutputStage.Shaped;
import dev.weir.config.schema.OutputStage.Typed;
import dev.weir.config.schema.OutputStages.Jobs;
import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows an output through the templates of workflow, jobs, actions and called workflows to the references that name its parts. A reference
 * with a type is not followed. Two jobs that refer twice to each other's outputs would double the parts with each job:
 * therefore the number of parts and of stages is bounded, and the parts beyond are unknown. Belongs to one thread.
 */
final class OutputParts {
    private static final int MOST_PARTS = 1000;
    private static final int MOST_STAGES = 64;
    private static final ValueType ANY = new ValueType("any", "", "");

    private final OutputStages stages;
    private final IdentityHashMap<Template, TemplateOutline> outlines = new IdentityHashMap<>();
    private int parts;

    OutputParts(OutputStages stages) {
        this.stages = stages;
    }

    /**
     * A part of an output.
     *
     * @param place the keys and positions that lead to it
     * @param type the type after {@code as}; null if nothing declares it
     * @param defaultType the type of its default; null without one, or if it depends on a source
     * @param defaultValue a constant default; null for none
     */
    record Part(
            List<Object> place,
            @Nullable ValueType type,
            @Nullable ValueType defaultType,
            @Nullable Object defaultValue,
            Map<String, String> annotations) {
        Part {
            place = List.copyOf(place);
        }

        private static Part of(List<Object> place, @Nullable ValueType type, Reference reference) {
            return new Part(place, type, reference.defaultType(), reference.defaultValue(), reference.annotations());
        }

        /** This part of a value, as a part of the value that has a reference to it at {@code outer}. */
        private Part within(List<Object> outer, Reference reference) {
            List<Object> whole = new ArrayList<>(outer);
            whole.addAll(place);
            if (!place.isEmpty()) {
                return new Part(whole, type, defaultType, defaultValue, annotations);
            }
            boolean own = defaultType != null || defaultValue != null;
            return new Part(
                    whole,
                    type,
                    own ? defaultType : reference.defaultType(),
                    own ? defaultValue : reference.defaultValue(),
                    reference.annotations().isEmpty() ? annotations : reference.annotations());
        }

        /** This part, which another stage may give instead. */
        private Part or(Part other) {
            ValueType common = type == null || type.equals(other.type) ? other.type : type;
            if (type != null && other.type != null && !type.equals(other.type)) {
                common = type.name().equals(other.type.name()) ? new ValueType(type.name(), "", "") : ANY;
            }
            return new Part(place, common, defaultType, defaultValue, annotations);
        }
    }

    /** Returns the parts of a workflow's output, each place once. Empty if nothing tells them. */
    List<Part> of(WorkflowConfig workflow) {
        return at(new Called(workflow), stages.of(workflow), List.of(), 0);
    }

    /** Returns the parts of the value at a path of a stage's output; {@code jobs} are those of the stage's workflow. */
    private List<Part> at(OutputStage stage, Jobs jobs, List<PathStep> path, int depth) {
        if (depth > MOST_STAGES || parts > MOST_PARTS) {
            return List.of();
        }
        if (stage instanceof Typed typed) {
            return path.isEmpty() ? List.of(new Part(List.of(), typed.type(), null, null, Map.of())) : List.of();
        }
        if (stage instanceof Repeated repeated) {
            return ofRepeated(repeated, jobs, path, depth);
        }
        if (stage instanceof Called called) {
            parts++;
            Jobs inner = stages.of(called.workflow());
            return at(inner.output(called.workflow().terminalJobs()), inner, path, depth + 1);
        }
        Shaped shaped = (Shaped) stage;
        if (shaped.template() == null) {
            return ofAny(shaped.inner(), jobs, path, depth);
        }
        Map<List<Object>, Part> found = new LinkedHashMap<>();
        for (TemplateOutline.Part part : outline(shaped.template()).at(path)) {
            of(part, shaped, jobs, depth).forEach(each -> found.putIfAbsent(each.place(), each));
        }
        return List.copyOf(found.values());
    }

    private List<Part> ofRepeated(Repeated repeated, Jobs jobs, List<PathStep> path, int depth) {
        if (!repeated.isList()) {
            return List.of();
        }
        if (path.isEmpty()) {
            return at(new Typed(OutputStage.LIST), jobs, path, depth);
        }
        return path.get(0) instanceof PathStep.Index
                ? at(repeated.each(), jobs, path.subList(1, path.size()), depth + 1)
                : List.of();
    }

    /** Returns the parts of an output that any of several stages gives. */
    private List<Part> ofAny(List<OutputStage> alternatives, Jobs jobs, List<PathStep> path, int depth) {
        Map<List<Object>, Part> found = new LinkedHashMap<>();
        for (OutputStage stage : alternatives) {
            at(stage, jobs, path, depth + 1).forEach(part -> found.merge(part.place(), part, Part::or));
        }
        return List.copyOf(found.values());
    }

    /** Returns the parts of a reference's value; those of the value to which {@code part.into()} leads. */
    private Collection<Part> of(TemplateOutline.Part part, Shaped stage, Jobs jobs, int depth) {
        parts++;
        Reference reference = part.reference();
        List<PathStep> path = new ArrayList<>(reference.path());
        path.addAll(part.into());
        boolean isList = part.isAlone() && path.stream().anyMatch(PathStep.Wildcard.class::isInstance);
        if (part.isAlone() && !isList && reference.type() == null) {
            List<Part> inner = ofAny(jobs.of(reference, stage), jobs, path, depth);
            if (!inner.isEmpty()) {
                return inner.stream()
                        .map(each -> each.within(part.place(), reference))
                        .toList();
            }
        }
        if (!part.into().isEmpty() && !isList) {
            return List.of();
        }
        ValueType type =
                reference.type() != null && part.into().isEmpty() ? reference.type() : isList ? OutputStage.LIST : null;
        return List.of(Part.of(part.place(), type, reference));
    }

    private TemplateOutline outline(Template template) {
        return outlines.computeIfAbsent(template, TemplateOutline::new);
    }
}
