package dev.weir.config.reader;

import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.config.Dependencies;
import dev.weir.config.IdSets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that jobs of every type have.
 *
 * @param named the dependencies under {@code depends_on}
 */
record CommonJobKeys(String id, Section section, Dependencies named) {

    /** The job's condition; null if it has none. */
    @Nullable
    Template condition() {
        Template condition = section.template("condition", SourceScope.JOB_INPUT);
        if (condition != null && !condition.isConstant() && !condition.isExpression()) {
            section.error(
                    "condition",
                    "a condition is one expression, with nothing around it",
                    "put the whole of it between ${ and }, such as ${input.model == 'a'}");
        }
        return condition;
    }

    /**
     * Returns the named dependencies, and the dependencies that templates imply. A reference to a job of a group implies none:
     * the output is null until that job has ended.
     */
    Dependencies dependsOn(@Nullable Template... templates) {
        Set<String> implied = jobsIn(Arrays.asList(templates));
        for (Set<String> group : named.groups()) {
            implied.removeAll(group);
            warnOfNull(group, templates);
        }
        return named.with(implied);
    }

    /** Warns about outputs that are null if another job of the group ends first. */
    private void warnOfNull(Set<String> group, @Nullable Template... templates) {
        for (Template template : templates) {
            if (template == null) {
                continue;
            }
            List<Reference> outputs = template.references().stream()
                    .filter(reference -> reference.source() == Source.JOB_OUTPUT)
                    .filter(reference ->
                            group.contains(reference.name()) && !named.certain().contains(reference.name()))
                    .toList();
            outputs.stream()
                    .filter(reference -> !reference.hasDefault()
                            && outputs.stream().noneMatch(other -> other.isDefaultedBy(reference)))
                    .forEach(reference -> section.loading.warnOfGroup(template, reference, section, group));
        }
    }

    /** Returns the ids of the jobs with outputs that templates refer to. */
    static Set<String> jobsIn(List<@Nullable Template> templates) {
        Set<String> ids = new LinkedHashSet<>();
        templates.stream()
                .filter(Objects::nonNull)
                .flatMap(template -> template.references().stream())
                .filter(reference -> reference.source() == Source.JOB_OUTPUT)
                .map(Reference::name)
                .forEach(id -> IdSets.addIfPresent(ids, id));
        return ids;
    }
}
