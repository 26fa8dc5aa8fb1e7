package dev.weir.jinja;

import dev.weir.jinja.JinjaExpression.Passed;
import org.jspecify.annotations.Nullable;

/** Checks literals at parse time: formats, and the names of filters and tests in {@code map} and {@code select}. */
final class LiteralCheck {
    private LiteralCheck() {}

    /** Checks the filter {@code name} on {@code value}. */
    static void filter(String name, JinjaExpression value, Passed passed) {
        switch (name) {
            case "format" -> percent(value);
            case "map" -> {
                String filter = text(passed, 0);
                if (filter != null) {
                    Filter.named(filter);
                }
            }
            case "select", "reject" -> test(passed, 0);
            case "selectattr", "rejectattr" -> test(passed, 1);
            default -> {
                // Other filters take no names.
            }
        }
    }

    private static void test(Passed passed, int position) {
        String test = text(passed, position);
        if (test != null) {
            Test.named(test);
        }
    }

    /** Checks {@code left % …} if the left side is a literal format. */
    static void operator(Arithmetic operator, JinjaExpression left, Token at) {
        if (operator == Arithmetic.REMAINDER) {
            try {
                percent(left);
            } catch (JinjaException e) {
                throw e.in(at.line(), at.column());
            }
        }
    }

    /** Checks {@code '…'.format(…)}. */
    static void call(JinjaExpression function, Token at) {
        if (function instanceof JinjaExpression.Attribute attribute
                && attribute.name().equals("format")
                && attribute.owner() instanceof JinjaExpression.Literal literal
                && literal.value() instanceof String pattern) {
            try {
                FieldFormat.check(pattern);
            } catch (JinjaException e) {
                throw e.in(at.line(), at.column());
            }
        }
    }

    private static void percent(JinjaExpression pattern) {
        if (pattern instanceof JinjaExpression.Literal literal && literal.value() instanceof String text) {
            PercentFormat.check(text);
        }
    }

    private static @Nullable String text(Passed passed, int position) {
        return passed.positional().size() > position
                        && passed.positional().get(position) instanceof JinjaExpression.Literal literal
                        && literal.value() instanceof String text
                ? text
                : null;
    }
}
