package dev.weir.config.reader;

import dev.weir.binding.Reference;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
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
 * @param named the ids under {@code depends_on}
 */
record CommonJobKeys(String id, Section section, Set<String> named) {

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

    /** Returns the named dependencies, and the dependencies that templates imply. */
    Set<String> dependsOn(@Nullable Template... templates) {
        return IdSets.union(named, jobsIn(Arrays.asList(templates)));
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
