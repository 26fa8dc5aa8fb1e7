package dev.weir.config.schema;

import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.schema.WorkflowSchema.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The uses of one input variable. The first use declares it. If the first use has no type, the first type after {@code as} in
 * another use names the type; without one, the defaults do. Belongs to one thread.
 */
final class InputUses {
    private record Use(Template template, Reference reference) {}

    private final String name;
    private final List<Use> uses = new ArrayList<>();
    /** The number of uses in the workflow itself; those of workflows that it calls stand behind them. */
    private int ownUses;

    /** Creates the uses of a variable without a use; the name is empty for the whole input. */
    InputUses(String name) {
        this.name = name;
    }

    /**
     * Adds a use.
     *
     * @param isOwn false for a use in a workflow that is called: it describes the variable, but does not declare it, since a
     *     run need not call that workflow
     */
    void add(Template template, Reference reference, boolean isOwn) {
        Use use = new Use(template, reference);
        if (isOwn) {
            uses.add(ownUses++, use);
        } else {
            uses.add(use);
        }
    }

    /** Returns the variable. Its type is string if nothing names a type, or if the types of the defaults differ. */
    Variable variable() {
        Reference first = uses.get(0).reference();
        if (first.type() != null) {
            return variable(first, first.type(), first.defaultValue());
        }
        Reference other = uses.stream()
                .map(Use::reference)
                .filter(each -> isWhole(each) && each.type() != null)
                .findFirst()
                .or(() -> withTypedDefault().map(Use::reference))
                .orElse(first);
        Object defaultValue = first.hasDefault() ? first.defaultValue() : other.defaultValue();
        if (conflict().isPresent()) {
            return variable(first, ValueType.STRING, null);
        }
        return variable(first, other.type() == null ? other.defaultType() : other.type(), defaultValue);
    }

    private Variable variable(Reference first, @Nullable ValueType type, @Nullable Object defaultValue) {
        boolean isDeclared = ownUses > 0 && first.type() != null;
        return new Variable(
                name,
                first.path(),
                type == null ? ValueType.STRING : type,
                isDeclared,
                isDeclared && !first.hasDefault(),
                defaultValue,
                first.annotations());
    }

    /** Returns the two types of the defaults that differ; empty if they agree, or if a use names the type. */
    Optional<InputConflict> conflict() {
        if (uses.get(0).reference().type() != null
                || uses.stream()
                        .anyMatch(use ->
                                isWhole(use.reference()) && use.reference().type() != null)) {
            return Optional.empty();
        }
        ValueType type =
                withTypedDefault().map(use -> use.reference().defaultType()).orElse(null);
        for (Use use : uses) {
            ValueType other = isWhole(use.reference()) ? use.reference().defaultType() : null;
            if (type != null && other != null && !other.equals(type)) {
                return Optional.of(new InputConflict(name, type, other, use.template(), use.reference()));
            }
        }
        return Optional.empty();
    }

    private Optional<Use> withTypedDefault() {
        return uses.stream()
                .filter(use -> isWhole(use.reference()) && use.reference().defaultType() != null)
                .findFirst();
    }

    /** Whether a reference has no path into the variable's value. */
    private static boolean isWhole(Reference reference) {
        return reference.path().size() <= 1;
    }
}
