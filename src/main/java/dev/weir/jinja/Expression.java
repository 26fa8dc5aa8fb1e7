package dev.weir.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed expression. Immutable. */
sealed interface Expression {
    @Nullable
    Object evaluate(Scope scope);

    record Literal(@Nullable Object value) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return value;
        }
    }

    record Name(String name) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return scope.get(name);
        }
    }

    record Items(List<Expression> items, boolean tuple) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            List<@Nullable Object> values = new ArrayList<>();
            items.forEach(item -> values.add(item.evaluate(scope)));
            return tuple ? new Tuple(values) : values;
        }
    }

    record Entries(List<Expression> keys, List<Expression> values) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                map.put(keys.get(i).evaluate(scope), values.get(i).evaluate(scope));
            }
            return map;
        }
    }

    record Attribute(Expression owner, String name) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return Subscript.attribute(owner.evaluate(scope), name);
        }
    }

    record Item(Expression owner, Expression index) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return Subscript.item(owner.evaluate(scope), index.evaluate(scope));
        }
    }

    /** Absent bounds are literals of None. */
    record Slice(Expression owner, Expression from, Expression to, Expression step) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return Subscript.slice(
                    owner.evaluate(scope), from.evaluate(scope), to.evaluate(scope), step.evaluate(scope));
        }
    }

    /** What stands in the parentheses of a call. */
    record Passed(List<Expression> positional, Map<String, Expression> named) {
        static final Passed NOTHING = new Passed(List.of(), Map.of());

        Arguments evaluate(Scope scope) {
            if (positional.isEmpty() && named.isEmpty()) {
                return Arguments.NONE;
            }
            List<@Nullable Object> values = new ArrayList<>();
            positional.forEach(each -> values.add(each.evaluate(scope)));
            Map<String, @Nullable Object> byName = new LinkedHashMap<>();
            named.forEach((name, each) -> byName.put(name, each.evaluate(scope)));
            return new Arguments(values, byName);
        }
    }

    record Call(Expression function, Passed passed) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            scope.budget().step();
            Object called = function.evaluate(scope);
            if (called instanceof JinjaFunction known) {
                return Budget.checked(known.call(passed.evaluate(scope)));
            }
            if (called instanceof Undefined undefined) {
                throw JinjaException.undefined(undefined);
            }
            throw JinjaException.type("'" + PythonText.kind(called) + "' object is not callable");
        }
    }

    record Filtered(Expression value, Filter filter, Passed passed) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            scope.budget().step();
            return Budget.checked(filter.apply(value.evaluate(scope), passed.evaluate(scope)));
        }
    }

    record Tested(Expression value, Test test, Passed passed) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return test.holds(value.evaluate(scope), passed.evaluate(scope));
        }
    }

    record Computed(Expression left, Arithmetic operator, Expression right) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return operator.apply(left.evaluate(scope), right.evaluate(scope));
        }
    }

    /** {@code a ~ b}, everything as text. */
    record Joined(List<Expression> parts) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            StringBuilder text = new StringBuilder();
            for (Expression part : parts) {
                text.append(PythonText.of(part.evaluate(scope)));
                Budget.checkCharacters(text.length());
            }
            return text.toString();
        }
    }

    /** {@code a < b <= c}: true if each holds. */
    record Compared(Expression first, List<Comparison> rest) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object left = first.evaluate(scope);
            for (Comparison comparison : rest) {
                Object right = comparison.right().evaluate(scope);
                if (!comparison.holds(left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        }
    }

    record Comparison(String operator, Expression right) {
        boolean holds(@Nullable Object left, @Nullable Object right) {
            return switch (operator) {
                case "==" -> Operators.areEqual(left, right);
                case "!=" -> !Operators.areEqual(left, right);
                case "<" -> Operators.compare(left, right) < 0;
                case "<=" -> Operators.compare(left, right) <= 0;
                case ">" -> Operators.compare(left, right) > 0;
                case ">=" -> Operators.compare(left, right) >= 0;
                case "in" -> Operators.contains(right, left);
                default -> !Operators.contains(right, left);
            };
        }
    }

    /** The left value where it decides, otherwise the right one. */
    record Either(Expression left, boolean decisive, Expression right) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            Object value = left.evaluate(scope);
            return Operators.isTrue(value) == decisive ? value : right.evaluate(scope);
        }
    }

    record Not(Expression value) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return !Operators.isTrue(value.evaluate(scope));
        }
    }

    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {
        @Override
        public @Nullable Object evaluate(Scope scope) {
            return (Operators.isTrue(condition.evaluate(scope)) ? then : otherwise).evaluate(scope);
        }
    }
}
