package dev.weir.config.schema;

import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.JobConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.OutputStage.Called;
import dev.weir.config.schema.OutputStage.Repeated;
import dev.weir.config.schema.OutputStage.Shaped;
import dev.weir.config.schema.OutputStages.Jobs;
import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the format of a workflow's output on the wire: the first format that a template names, from the client to the component.
 * A type without a format does not end the search. A workflow that a component calls is searched after the component. Belongs
 * to one thread.
 */
final class StageFormats {
    private static final int MOST_STAGES = 64;
    /** Two jobs that call the same workflow would double the searches with each workflow. */
    private static final int MOST_CALLS = 1000;

    private final OutputStages stages;
    private final IdentityHashMap<Template, TemplateOutline> outlines = new IdentityHashMap<>();
    private int calls;

    StageFormats(OutputStages stages) {
        this.stages = stages;
    }

    /** Returns the format of a workflow's output that comes from a terminal job. Empty if no template names one. */
    Optional<String> of(WorkflowConfig workflow, JobConfig terminal) {
        calls = 0;
        Jobs jobs = stages.of(workflow);
        return of(jobs.output(List.of(terminal)), jobs, List.of(), 0);
    }

    /** Returns the format that all outputs have; empty if they differ, or if they have none. */
    static Optional<String> common(Collection<Optional<String>> formats) {
        Set<Optional<String>> different = Set.copyOf(formats);
        return different.size() == 1 ? different.iterator().next() : Optional.empty();
    }

    /** Returns the format of the only stage; {@code jobs} are those of the stage's workflow. */
    private Optional<String> of(List<OutputStage> alternatives, Jobs jobs, List<PathStep> path, int depth) {
        OutputStage stage = alternatives.size() == 1 && depth <= MOST_STAGES ? alternatives.get(0) : null;
        if (stage instanceof Repeated repeated) {
            return of(List.of(repeated.each()), jobs, path, depth + 1);
        }
        if (stage instanceof Called called) {
            return of(called.workflow(), path, depth + 1);
        }
        return stage instanceof Shaped shaped ? of(shaped, jobs, path, depth) : Optional.empty();
    }

    private Optional<String> of(WorkflowConfig called, List<PathStep> path, int depth) {
        Jobs jobs = stages.of(called);
        List<Optional<String>> formats = new ArrayList<>();
        for (JobConfig terminal : called.terminalJobs()) {
            if (calls++ > MOST_CALLS) {
                return Optional.empty();
            }
            formats.add(of(jobs.output(List.of(terminal)), jobs, path, depth));
        }
        return common(formats);
    }

    private Optional<String> of(Shaped stage, Jobs jobs, List<PathStep> path, int depth) {
        Template template = stage.template();
        if (template == null) {
            return of(stage.inner(), jobs, path, depth + 1);
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
            return of(stage.inner(), jobs, List.of(), depth + 1);
        }
        Reference reference = outputs.get(0).reference();
        List<PathStep> next = new ArrayList<>(reference.path());
        next.addAll(outputs.get(0).into());
        return of(jobs.of(reference, stage), jobs, next, depth + 1);
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
