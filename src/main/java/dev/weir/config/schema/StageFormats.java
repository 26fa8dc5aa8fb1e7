package dev.weir.config.schema;

import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.schema.OutputStage.Repeated;
import dev.weir.config.schema.OutputStage.Shaped;
import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Finds the format of a stage's output on the wire: the first format that a template names, from the client to the component.
 * A type without a format does not end the search. Belongs to one thread.
 */
final class StageFormats {
    private static final int MOST_STAGES = 64;

    private final OutputStage.Jobs jobs;
    private final IdentityHashMap<Template, TemplateOutline> outlines = new IdentityHashMap<>();

    StageFormats(OutputStage.Jobs jobs) {
        this.jobs = jobs;
    }

    /** Returns the format of a stage's output. Empty if no template names one. */
    Optional<String> of(OutputStage stage) {
        return of(List.of(stage), List.of(), 0);
    }

    private Optional<String> of(List<OutputStage> stages, List<PathStep> path, int depth) {
        OutputStage stage = stages.size() == 1 && depth <= MOST_STAGES ? stages.get(0) : null;
        if (stage instanceof Repeated repeated) {
            return of(List.of(repeated.each()), path, depth + 1);
        }
        return stage instanceof Shaped shaped ? of(shaped, path, depth) : Optional.empty();
    }

    private Optional<String> of(Shaped stage, List<PathStep> path, int depth) {
        Template template = stage.template();
        if (template == null) {
            return of(stage.inner(), path, depth + 1);
        }
        List<TemplateOutline.Part> parts =
                outlines.computeIfAbsent(template, TemplateOutline::new).at(path);
        Optional<String> named = path.isEmpty() ? template.format() : named(parts);
        if (named.isPresent()) {
            return named;
        }
        List<TemplateOutline.Part> outputs = parts.stream()
                .filter(part -> !jobs.of(part.reference(), stage).isEmpty())
                .toList();
        if (outputs.size() != 1) {
            return of(stage.inner(), List.of(), depth + 1);
        }
        Reference reference = outputs.get(0).reference();
        List<PathStep> next = new ArrayList<>(reference.path());
        next.addAll(outputs.get(0).into());
        return of(jobs.of(reference, stage), next, depth + 1);
    }

    private static Optional<String> named(List<TemplateOutline.Part> parts) {
        ValueType type = parts.size() == 1
                        && parts.get(0).isAlone()
                        && parts.get(0).place().isEmpty()
                ? parts.get(0).reference().type()
                : null;
        return Optional.ofNullable(type).map(ValueType::format).filter(format -> !format.isEmpty());
    }
}
