package dev.weir.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed part of a template. Immutable. */
sealed interface Statement {

    /** The place where the rendering continues. */
    enum Next {
        STATEMENT,
        BREAK,
        CONTINUE
    }

    Next render(JinjaScope scope, TextBuffer output);

    /**
     * Consecutive statements. A failure gets the place of its statement from {@code places}, which holds the first token of each.
     */
    record Sequence(List<Statement> statements, List<Token> places) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            scope.budget().enter();
            Next next = all(scope, output);
            scope.budget().leave();
            return next;
        }

        private Next all(JinjaScope scope, TextBuffer output) {
            for (int i = 0; i < statements.size(); i++) {
                try {
                    scope.budget().step();
                    Next next = statements.get(i).render(scope, output);
                    if (next != Next.STATEMENT) {
                        return next;
                    }
                } catch (JinjaException e) {
                    throw e.in(places.get(i).line(), places.get(i).column());
                }
            }
            return Next.STATEMENT;
        }

        String text(JinjaScope scope) {
            TextBuffer text = new TextBuffer(scope.budget());
            render(scope, text);
            return text.toString();
        }
    }

    record Text(String text) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            output.append(text);
            return Next.STATEMENT;
        }
    }

    record Print(JinjaExpression value) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            output.append(PythonText.of(scope.value(value), scope.budget()));
            return Next.STATEMENT;
        }
    }

    /** Renders the first branch with a true condition. */
    record If(List<JinjaExpression> conditions, List<Sequence> branches, Sequence otherwise) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            for (int i = 0; i < conditions.size(); i++) {
                if (Operators.isTrue(scope.value(conditions.get(i)))) {
                    return branches.get(i).render(scope, output);
                }
            }
            return otherwise.render(scope, output);
        }
    }

    record For(
            Target target, JinjaExpression list, @Nullable JinjaExpression condition, Sequence body, Sequence otherwise)
            implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            List<@Nullable Object> items = items(scope);
            if (items.isEmpty()) {
                return otherwise.render(scope.inner(), output);
            }
            Loop loop = new Loop(items);
            for (int i = 0; i < items.size(); i++) {
                loop.moveTo(i);
                JinjaScope turn = scope.inner();
                turn.set("loop", loop);
                target.assign(turn, items.get(i));
                if (body.render(turn, output) == Next.BREAK) {
                    break;
                }
            }
            return Next.STATEMENT;
        }

        private List<@Nullable Object> items(JinjaScope scope) {
            List<@Nullable Object> all = Operators.items(scope.value(list), scope.budget());
            if (condition == null) {
                return all;
            }
            List<@Nullable Object> kept = new ArrayList<>();
            for (Object item : all) {
                scope.budget().step();
                JinjaScope turn = scope.inner();
                target.assign(turn, item);
                if (Operators.isTrue(turn.value(condition))) {
                    scope.budget().element(kept.size());
                    kept.add(item);
                }
            }
            return kept;
        }
    }

    record Set(Target target, JinjaExpression value) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            target.assign(scope, scope.value(value));
            return Next.STATEMENT;
        }
    }

    /** Assigns the rendered body to a variable. */
    record SetBlock(Target target, JinjaExpression filtered, Sequence body) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            JinjaScope inner = scope.inner();
            inner.set(BODY, body.text(scope.inner()));
            target.assign(scope, inner.value(filtered));
            return Next.STATEMENT;
        }
    }

    /** The internal name of a block's text, the input of the block's filters. No template can write this name. */
    String BODY = "(body)";

    record FilterBlock(JinjaExpression filtered, Sequence body) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            JinjaScope inner = scope.inner();
            inner.set(BODY, body.text(scope.inner()));
            output.append(PythonText.of(inner.value(filtered), scope.budget()));
            return Next.STATEMENT;
        }
    }

    record With(List<Target> targets, List<JinjaExpression> values, Sequence body) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            JinjaScope inner = scope.inner();
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(inner, scope.value(values.get(i)));
            }
            return body.render(inner, output);
        }
    }

    record Macro(String name, List<String> parameters, List<@Nullable JinjaExpression> defaults, Sequence body)
            implements Statement {
        /** The bytes that a macro keeps in memory: its scope. */
        private static final int MACRO_BYTES = 512;

        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            scope.budget().made(MACRO_BYTES);
            scope.set(name, (JinjaFunction) arguments -> call(scope, arguments));
            return Next.STATEMENT;
        }

        private Object call(JinjaScope around, Arguments arguments) {
            if (arguments.positional().size() > parameters.size()) {
                throw JinjaException.type(
                        "macro '" + name + "' takes not more than " + parameters.size() + " argument(s)");
            }
            for (String given : arguments.named().keySet()) {
                if (!parameters.contains(given)) {
                    throw JinjaException.type("macro '" + name + "' takes no keyword argument '" + given + "'");
                }
            }
            JinjaScope inner = around.inner();
            for (int i = 0; i < parameters.size(); i++) {
                String parameter = parameters.get(i);
                JinjaExpression absent = defaults.get(i);
                inner.set(
                        parameter,
                        arguments.has(i, parameter) || absent == null
                                ? arguments.get(
                                        i, parameter, new Undefined("parameter '" + parameter + "' was not provided"))
                                : inner.value(absent));
            }
            inner.budget().enterMacro();
            String text = body.text(inner);
            inner.budget().leaveMacro();
            return text;
        }
    }

    record Jump(Next next) implements Statement {
        @Override
        public Next render(JinjaScope scope, TextBuffer output) {
            return next;
        }
    }
}
