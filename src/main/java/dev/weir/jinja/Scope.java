package dev.weir.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that a place of the template sees: its own, and those around it. Belongs to one rendering. */
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, @Nullable Object> variables;
    private final Budget budget;

    private Scope(@Nullable Scope outer, Map<String, @Nullable Object> variables, Budget budget) {
        this.outer = outer;
        this.variables = variables;
        this.budget = budget;
    }

    static Scope of(Map<String, @Nullable Object> variables, Budget budget) {
        return new Scope(null, variables, budget);
    }

    /** A scope within this one; what is set there is forgotten with it. */
    Scope inner() {
        return new Scope(this, new HashMap<>(), budget);
    }

    Budget budget() {
        return budget;
    }

    /** The value of an expression, one level deeper. */
    @Nullable
    Object value(Expression expression) {
        budget.enter();
        budget.charge(1);
        Object value = expression.evaluate(this);
        if (!(expression instanceof Expression.Literal || expression instanceof Expression.Name)) {
            budget.small(value);
        }
        budget.leave();
        return value;
    }

    @Nullable
    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            budget.charge(1);
            if (scope.variables.containsKey(name)) {
                return scope.variables.get(name);
            }
        }
        Undefined absent = Undefined.name(name);
        budget.small(absent);
        return absent;
    }

    void set(String name, @Nullable Object value) {
        variables.put(name, value);
    }
}
