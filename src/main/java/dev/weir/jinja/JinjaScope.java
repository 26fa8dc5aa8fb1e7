package dev.weir.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables of one block of the template; unknown names are looked up in the outer scope. Confined to one rendering. */
final class JinjaScope {
    private final @Nullable JinjaScope outer;
    private final Map<String, @Nullable Object> variables;
    private final Budget budget;

    private JinjaScope(@Nullable JinjaScope outer, Map<String, @Nullable Object> variables, Budget budget) {
        this.outer = outer;
        this.variables = variables;
        this.budget = budget;
    }

    static JinjaScope of(Map<String, @Nullable Object> variables, Budget budget) {
        return new JinjaScope(null, variables, budget);
    }

    /** Returns a new inner scope; its variables end with it. */
    JinjaScope inner() {
        return new JinjaScope(this, new HashMap<>(), budget);
    }

    Budget budget() {
        return budget;
    }

    /** Evaluates an expression, one level deeper. */
    @Nullable
    Object value(JinjaExpression expression) {
        budget.enter();
        budget.charge(1);
        Object value = expression.evaluate(this);
        if (!(expression instanceof JinjaExpression.Literal || expression instanceof JinjaExpression.Name)) {
            budget.small(value);
        }
        budget.leave();
        return value;
    }

    @Nullable
    Object get(String name) {
        for (JinjaScope scope = this; scope != null; scope = scope.outer) {
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
