package dev.weir.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed expression. Immutable. */
sealed interface JinjaExpression {
    /** The bytes of an entry of a mapping. */
    int ENTRY_BYTES = 64;

    /** Returns the value. Only {@link JinjaScope#value} calls this, because it counts the depth. */
    @Nullable
    Object evaluate(JinjaScope scope);

    record Literal(@Nullable Object value) implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            return value;
        }
    }

    record Name(String name) implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            return scope.get(name);
        }
    }

    record Items(List<JinjaExpression> items, boolean tuple) implements JinjaExpression {
        @Override
        public Object evaluate(JinjaScope scope) {
            scope.budget().list(items.size());
            List<@Nullable Object> values = new ArrayList<>(items.size());
            items.forEach(item -> values.add(scope.value(item)));
            return tuple ? new Tuple(values) : values;
        }
    }

    record Entries(List<JinjaExpression> keys, List<JinjaExpression> values) implements JinjaExpression {
        @Override
        public Object evaluate(JinjaScope scope) {
            Budget budget = scope.budget();
            budget.list(keys.size());
            budget.made((long) ENTRY_BYTES * keys.size());
            Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                map.put(Keys.put(scope.value(keys.get(i)), keys.size(), budget), scope.value(values.get(i)));
            }
            return map;
        }
    }

    record Attribute(JinjaExpression owner, String name) implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            return Subscript.attribute(scope.value(owner), name);
        }
    }

    record Item(JinjaExpression owner, JinjaExpression index) implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            return Subscript.item(scope.value(owner), scope.value(index), scope.budget());
        }
    }

    /** A slice; absent bounds are literals of None. */
    record Slice(JinjaExpression owner, JinjaExpression from, JinjaExpression to, JinjaExpression step)
            implements JinjaExpression {
        @Override
        public Object evaluate(JinjaScope scope) {
            return Subscript.slice(
                    scope.value(owner), scope.value(from), scope.value(to), scope.value(step), scope.budget());
        }
    }

    /** The arguments of a call. */
    record Passed(List<JinjaExpression> positional, Map<String, JinjaExpression> named) {
        static final Passed NOTHING = new Passed(List.of(), Map.of());

        Arguments evaluate(JinjaScope scope) {
            scope.budget().charge((long) positional.size() + named.size());
            List<@Nullable Object> values = new ArrayList<>();
            positional.forEach(each -> values.add(scope.value(each)));
            Map<String, @Nullable Object> byName = new LinkedHashMap<>();
            named.forEach((name, each) -> byName.put(name, scope.value(each)));
            return new Arguments(scope.budget(), values, byName);
        }
    }

    record Call(JinjaExpression function, Passed passed) implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            scope.budget().step();
            Object called = scope.value(function);
            if (called instanceof JinjaFunction known) {
                return known.call(passed.evaluate(scope));
            }
            if (called instanceof Undefined undefined) {
                throw JinjaException.undefined(undefined);
            }
            throw JinjaException.type("'" + PythonText.kind(called) + "' object is not callable");
        }
    }

    record Filtered(JinjaExpression value, Filter filter, Passed passed) implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            scope.budget().step();
            return filter.apply(scope.value(value), passed.evaluate(scope));
        }
    }

    record Tested(JinjaExpression value, Test test, Passed passed) implements JinjaExpression {
        @Override
        public Object evaluate(JinjaScope scope) {
            scope.budget().step();
            return test.holds(scope.value(value), passed.evaluate(scope));
        }
    }

    record Computed(JinjaExpression left, Arithmetic operator, JinjaExpression right) implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            return operator.apply(scope.value(left), scope.value(right), scope.budget());
        }
    }

    /** {@code a ~ b}: the values joined as text. */
    record Joined(List<JinjaExpression> parts) implements JinjaExpression {
        @Override
        public Object evaluate(JinjaScope scope) {
            TextBuffer text = new TextBuffer(scope.budget());
            for (JinjaExpression part : parts) {
                text.append(PythonText.of(scope.value(part), scope.budget()));
            }
            return text.toString();
        }
    }

    /** {@code a < b <= c}: true if each holds. */
    record Compared(JinjaExpression first, List<Comparison> rest) implements JinjaExpression {
        @Override
        public Object evaluate(JinjaScope scope) {
            Object left = scope.value(first);
            for (Comparison comparison : rest) {
                Object right = scope.value(comparison.right());
                if (!comparison.holds(left, right, scope.budget())) {
                    return false;
                }
                left = right;
            }
            return true;
        }
    }

    record Comparison(String operator, JinjaExpression right) {
        boolean holds(@Nullable Object left, @Nullable Object right, Budget budget) {
            return switch (operator) {
                case "==" -> Operators.areEqual(left, right, budget);
                case "!=" -> !Operators.areEqual(left, right, budget);
                case "<" -> Operators.compare(left, right, budget) < 0;
                case "<=" -> Operators.compare(left, right, budget) <= 0;
                case ">" -> Operators.compare(left, right, budget) > 0;
                case ">=" -> Operators.compare(left, right, budget) >= 0;
                case "in" -> Operators.contains(right, left, budget);
                default -> !Operators.contains(right, left, budget);
            };
        }
    }

    /** {@code and} and {@code or}: the left value if its truth is {@code decisive}, otherwise the right one. */
    record Either(JinjaExpression left, boolean decisive, JinjaExpression right) implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            Object value = scope.value(left);
            return Operators.isTrue(value) == decisive ? value : scope.value(right);
        }
    }

    record Not(JinjaExpression value) implements JinjaExpression {
        @Override
        public Object evaluate(JinjaScope scope) {
            return !Operators.isTrue(scope.value(value));
        }
    }

    record Conditional(JinjaExpression condition, JinjaExpression then, JinjaExpression otherwise)
            implements JinjaExpression {
        @Override
        public @Nullable Object evaluate(JinjaScope scope) {
            return scope.value(Operators.isTrue(scope.value(condition)) ? then : otherwise);
        }
    }
}
