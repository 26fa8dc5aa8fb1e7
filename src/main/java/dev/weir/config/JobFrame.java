package dev.weir.config;

import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What jobs of every kind have.
 *
 * @param named the ids under {@code depends_on}
 */
record JobFrame(String id, Section section, Set<String> named) {

    /** The job's condition; null if it has none. */
    @Nullable
    Template condition() {
        Template condition = section.template("condition", Visibility.JOB_INPUT);
        if (condition != null && !condition.isConstant() && !condition.isExpression()) {
            section.error(
                    "condition",
                    "a condition is one expression, with nothing around it",
                    "put the whole of it between ${ and }, such as ${input.model == 'a'}");
        }
        return condition;
    }

    /** The named dependencies, and those that templates imply. */
    Set<String> dependsOn(@Nullable Template... templates) {
        return Sets.union(named, jobsIn(Arrays.asList(templates)));
    }

    /** The ids of the jobs whose outputs templates refer to. */
    static Set<String> jobsIn(List<@Nullable Template> templates) {
        Set<String> ids = new LinkedHashSet<>();
        templates.stream()
                .filter(Objects::nonNull)
                .flatMap(template -> template.references().stream())
                .filter(reference -> reference.source() == Source.JOB_OUTPUT)
                .map(Reference::name)
                .forEach(id -> Sets.addIfPresent(ids, id));
        return ids;
    }
}
