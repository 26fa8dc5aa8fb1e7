package dev.weir.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed part of a template. Immutable. */
sealed interface Statement {

    /** Where the rendering goes on. */
    enum Next {
        STATEMENT,
        BREAK,
        CONTINUE
    }

    Next render(Scope scope, StringBuilder output);

    /** Statements that follow each other; a failure is told with its line. */
    record Sequence(List<Statement> statements, List<Integer> lines) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            for (int i = 0; i < statements.size(); i++) {
                try {
                    scope.budget().step();
                    Next next = statements.get(i).render(scope, output);
                    Budget.checkCharacters(output.length());
                    if (next != Next.STATEMENT) {
                        return next;
                    }
                } catch (JinjaException e) {
                    throw e.in(lines.get(i));
                }
            }
            return Next.STATEMENT;
        }

        String text(Scope scope) {
            StringBuilder text = new StringBuilder();
            render(scope, text);
            return text.toString();
        }
    }

    record Text(String text) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            output.append(text);
            return Next.STATEMENT;
        }
    }

    record Print(Expression value) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            output.append(PythonText.of(value.evaluate(scope)));
            return Next.STATEMENT;
        }
    }

    /** The first branch whose condition holds. */
    record If(List<Expression> conditions, List<Sequence> branches, Sequence otherwise) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            for (int i = 0; i < conditions.size(); i++) {
                if (Operators.isTrue(conditions.get(i).evaluate(scope))) {
                    return branches.get(i).render(scope, output);
                }
            }
            return otherwise.render(scope, output);
        }
    }

    record For(Target target, Expression list, @Nullable Expression condition, Sequence body, Sequence otherwise)
            implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            List<@Nullable Object> items = items(scope);
            if (items.isEmpty()) {
                return otherwise.render(scope.inner(), output);
            }
            Loop loop = new Loop(items);
            for (int i = 0; i < items.size(); i++) {
                loop.moveTo(i);
                Scope turn = scope.inner();
                turn.set("loop", loop);
                target.assign(turn, items.get(i));
                if (body.render(turn, output) == Next.BREAK) {
                    break;
                }
            }
            return Next.STATEMENT;
        }

        private List<@Nullable Object> items(Scope scope) {
            List<@Nullable Object> all = Operators.elements(list.evaluate(scope));
            if (condition == null) {
                return all;
            }
            List<@Nullable Object> kept = new ArrayList<>();
            for (Object item : all) {
                scope.budget().step();
                Scope turn = scope.inner();
                target.assign(turn, item);
                if (Operators.isTrue(condition.evaluate(turn))) {
                    kept.add(item);
                }
            }
            return kept;
        }
    }

    record Set(Target target, Expression value) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            target.assign(scope, value.evaluate(scope));
            return Next.STATEMENT;
        }
    }

    /** A variable becomes what its body renders to. */
    record SetBlock(Target target, Expression filtered, Sequence body) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            Scope inner = scope.inner();
            inner.set(BODY, body.text(scope.inner()));
            target.assign(scope, filtered.evaluate(inner));
            return Next.STATEMENT;
        }
    }

    /** The name, which no template can write, of the text that a block's filters begin with. */
    String BODY = "(body)";

    record FilterBlock(Expression filtered, Sequence body) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            Scope inner = scope.inner();
            inner.set(BODY, body.text(scope.inner()));
            output.append(PythonText.of(filtered.evaluate(inner)));
            return Next.STATEMENT;
        }
    }

    record With(List<Target> targets, List<Expression> values, Sequence body) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            Scope inner = scope.inner();
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(inner, values.get(i).evaluate(scope));
            }
            return body.render(inner, output);
        }
    }

    record Macro(String name, List<String> parameters, List<@Nullable Expression> defaults, Sequence body)
            implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            scope.set(name, (JinjaFunction) arguments -> call(scope, arguments));
            return Next.STATEMENT;
        }

        private Object call(Scope around, Arguments arguments) {
            if (arguments.positional().size() > parameters.size()) {
                throw JinjaException.type(
                        "macro '" + name + "' takes not more than " + parameters.size() + " argument(s)");
            }
            for (String given : arguments.named().keySet()) {
                if (!parameters.contains(given)) {
                    throw JinjaException.type("macro '" + name + "' takes no keyword argument '" + given + "'");
                }
            }
            Scope inner = around.inner();
            for (int i = 0; i < parameters.size(); i++) {
                String parameter = parameters.get(i);
                Expression absent = defaults.get(i);
                inner.set(
                        parameter,
                        arguments.has(i, parameter) || absent == null
                                ? arguments.get(
                                        i, parameter, new Undefined("parameter '" + parameter + "' was not provided"))
                                : absent.evaluate(inner));
            }
            inner.budget().enter();
            String text = body.text(inner);
            inner.budget().leave();
            return text;
        }
    }

    record Jump(Next next) implements Statement {
        @Override
        public Next render(Scope scope, StringBuilder output) {
            return next;
        }
    }
}
