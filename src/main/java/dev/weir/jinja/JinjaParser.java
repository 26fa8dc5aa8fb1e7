package dev.weir.jinja;

import dev.weir.jinja.JinjaExpression.Comparison;
import dev.weir.jinja.JinjaExpression.Passed;
import dev.weir.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parses expressions by recursive descent. Operators from lowest to highest precedence: conditional, or, and, not, comparison,
 * sum, ~, product, power, sign.
 */
final class JinjaParser {
    private static final JinjaExpression NONE = new JinjaExpression.Literal(null);
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Map<String, Arithmetic> SUMS = Map.of("+", Arithmetic.ADD, "-", Arithmetic.SUBTRACT);
    private static final Map<String, Arithmetic> PRODUCTS = Map.of(
            "*", Arithmetic.MULTIPLY, "/", Arithmetic.DIVIDE, "//", Arithmetic.FLOOR_DIVIDE, "%", Arithmetic.REMAINDER);
    /** Names that cannot be the argument of a test without parentheses. */
    private static final Set<String> AFTER_TEST = Set.of("else", "or", "and", "if", "in", "not", "is");

    private final TokenStream tokens;

    JinjaParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** Parses an expression, or several with commas, which form a tuple. */
    JinjaExpression list(boolean conditional) {
        JinjaExpression first = conditional ? expression() : or();
        if (!tokens.peek().isOperator(",")) {
            return first;
        }
        List<JinjaExpression> items = new ArrayList<>(List.of(first));
        while (tokens.takeOperator(",")
                && tokens.peek().kind() != Kind.BLOCK_END
                && tokens.peek().kind() != Kind.PRINT_END) {
            items.add(conditional ? expression() : or());
        }
        return new JinjaExpression.Items(items, true);
    }

    JinjaExpression expression() {
        tokens.enter();
        JinjaExpression value = or();
        while (tokens.takeName("if")) {
            JinjaExpression condition = or();
            JinjaExpression otherwise = tokens.takeName("else")
                    ? expression()
                    : new JinjaExpression.Literal(new Undefined(
                            "the inline if-expression evaluated to false and no else section was defined."));
            value = new JinjaExpression.Conditional(condition, value, otherwise);
        }
        tokens.leave();
        return value;
    }

    /** Parses an expression that an {@code if} may follow. */
    JinjaExpression or() {
        JinjaExpression left = and();
        while (tokens.takeName("or")) {
            left = new JinjaExpression.Either(left, true, and());
        }
        return left;
    }

    private JinjaExpression and() {
        JinjaExpression left = not();
        while (tokens.takeName("and")) {
            left = new JinjaExpression.Either(left, false, not());
        }
        return left;
    }

    private JinjaExpression not() {
        if (!tokens.takeName("not")) {
            return comparison();
        }
        tokens.enter();
        JinjaExpression negated = new JinjaExpression.Not(not());
        tokens.leave();
        return negated;
    }

    private JinjaExpression comparison() {
        JinjaExpression first = sum();
        List<Comparison> rest = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                tokens.take();
                rest.add(new Comparison(token.text(), sum()));
            } else if (tokens.takeName("in")) {
                rest.add(new Comparison("in", sum()));
            } else if (token.isName("not") && tokens.ahead().isName("in")) {
                tokens.take();
                tokens.take();
                rest.add(new Comparison("not in", sum()));
            } else {
                return rest.isEmpty() ? first : new JinjaExpression.Compared(first, List.copyOf(rest));
            }
        }
    }

    private JinjaExpression sum() {
        JinjaExpression left = concatenation();
        while (true) {
            Token token = tokens.peek();
            Arithmetic operator = token.kind() == Kind.OPERATOR ? SUMS.get(token.text()) : null;
            if (operator == null) {
                return left;
            }
            tokens.take();
            left = new JinjaExpression.Computed(left, operator, concatenation());
        }
    }

    private JinjaExpression concatenation() {
        List<JinjaExpression> parts = new ArrayList<>(List.of(product()));
        while (tokens.takeOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.get(0) : new JinjaExpression.Joined(parts);
    }

    private JinjaExpression product() {
        JinjaExpression left = power();
        while (true) {
            Token token = tokens.peek();
            Arithmetic operator = token.kind() == Kind.OPERATOR ? PRODUCTS.get(token.text()) : null;
            if (operator == null) {
                return left;
            }
            tokens.take();
            LiteralCheck.operator(operator, left, token);
            left = new JinjaExpression.Computed(left, operator, power());
        }
    }

    private JinjaExpression power() {
        JinjaExpression left = unary(true);
        while (tokens.takeOperator("**")) {
            left = new JinjaExpression.Computed(left, Arithmetic.POWER, unary(true));
        }
        return left;
    }

    private JinjaExpression unary(boolean filtered) {
        tokens.enter();
        JinjaExpression value;
        if (tokens.takeOperator("-")) {
            value = new JinjaExpression.Computed(new JinjaExpression.Literal(0L), Arithmetic.SUBTRACT, unary(false));
        } else if (tokens.takeOperator("+")) {
            value = unary(false);
        } else {
            value = primary();
        }
        tokens.leave();
        value = postfix(value);
        return filtered ? filters(value) : value;
    }

    private JinjaExpression primary() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NAME -> named(token);
            case NUMBER -> new JinjaExpression.Literal(token.value());
            case STRING -> text(token);
            case OPERATOR -> bracketed(token);
            default -> throw new JinjaException("unexpected " + token + ", an expression was expected", token);
        };
    }

    private static JinjaExpression named(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new JinjaExpression.Literal(true);
            case "false", "False" -> new JinjaExpression.Literal(false);
            case "none", "None" -> NONE;
            default -> new JinjaExpression.Name(token.text());
        };
    }

    /** Joins adjacent text literals into one. */
    private JinjaExpression text(Token first) {
        StringBuilder text = new StringBuilder().append(first.value());
        while (tokens.peek().kind() == Kind.STRING) {
            text.append(tokens.take().value());
        }
        return new JinjaExpression.Literal(text.toString());
    }

    private JinjaExpression bracketed(Token open) {
        return switch (open.text()) {
            case "(" -> parenthesised();
            case "[" -> new JinjaExpression.Items(items("]"), false);
            case "{" -> entries();
            default -> throw new JinjaException("unexpected " + open + ", an expression was expected", open);
        };
    }

    private JinjaExpression parenthesised() {
        if (tokens.takeOperator(")")) {
            return new JinjaExpression.Items(List.of(), true);
        }
        JinjaExpression first = expression();
        if (tokens.takeOperator(")")) {
            return first;
        }
        tokens.expectOperator(",");
        List<JinjaExpression> items = new ArrayList<>(List.of(first));
        items.addAll(items(")"));
        return new JinjaExpression.Items(items, true);
    }

    private List<JinjaExpression> items(String end) {
        List<JinjaExpression> items = new ArrayList<>();
        while (!tokens.takeOperator(end)) {
            items.add(expression());
            if (!tokens.peek().isOperator(end)) {
                tokens.expectOperator(",");
            }
        }
        return items;
    }

    private JinjaExpression entries() {
        List<JinjaExpression> keys = new ArrayList<>();
        List<JinjaExpression> values = new ArrayList<>();
        while (!tokens.takeOperator("}")) {
            keys.add(expression());
            tokens.expectOperator(":");
            values.add(expression());
            if (!tokens.peek().isOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        return new JinjaExpression.Entries(keys, values);
    }

    private JinjaExpression postfix(JinjaExpression owner) {
        JinjaExpression value = owner;
        while (true) {
            if (tokens.takeOperator(".")) {
                value = dotted(value);
            } else if (tokens.takeOperator("[")) {
                value = subscript(value);
            } else if (tokens.takeOperator("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    private JinjaExpression call(JinjaExpression function) {
        Token open = tokens.peek();
        Passed passed = passed();
        LiteralCheck.call(function, open);
        return new JinjaExpression.Call(function, passed);
    }

    private JinjaExpression dotted(JinjaExpression owner) {
        return tokens.peek().kind() == Kind.NUMBER
                ? new JinjaExpression.Item(
                        owner, new JinjaExpression.Literal(tokens.take().value()))
                : new JinjaExpression.Attribute(owner, tokens.name());
    }

    private JinjaExpression subscript(JinjaExpression owner) {
        JinjaExpression from = bound();
        if (!tokens.takeOperator(":")) {
            tokens.expectOperator("]");
            return new JinjaExpression.Item(owner, from);
        }
        JinjaExpression to = bound();
        JinjaExpression step = tokens.takeOperator(":") ? bound() : NONE;
        tokens.expectOperator("]");
        return new JinjaExpression.Slice(owner, from, to, step);
    }

    private JinjaExpression bound() {
        return tokens.peek().isOperator(":") || tokens.peek().isOperator("]") ? NONE : expression();
    }

    /** Parses the arguments of a call after its opening parenthesis. */
    Passed passed() {
        List<JinjaExpression> positional = new ArrayList<>();
        Map<String, JinjaExpression> named = new LinkedHashMap<>();
        while (!tokens.takeOperator(")")) {
            if (tokens.peek().kind() == Kind.NAME && tokens.ahead().isOperator("=")) {
                String name = tokens.name();
                tokens.take();
                named.put(name, expression());
            } else if (named.isEmpty()) {
                positional.add(expression());
            } else {
                throw tokens.unexpected("an argument with a name");
            }
            if (!tokens.peek().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return new Passed(positional, named);
    }

    /** Parses the filters, tests and calls after a value. */
    JinjaExpression filters(JinjaExpression filtered) {
        JinjaExpression value = filtered;
        while (true) {
            if (tokens.takeOperator("|")) {
                value = filter(value);
            } else if (tokens.takeName("is")) {
                value = test(value);
            } else if (tokens.takeOperator("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    JinjaExpression filter(JinjaExpression value) {
        Token token = tokens.expect(Kind.NAME, "a name");
        try {
            Filter filter = Filter.named(token.text());
            Passed passed = tokens.takeOperator("(") ? passed() : Passed.NOTHING;
            LiteralCheck.filter(token.text(), value, passed);
            return new JinjaExpression.Filtered(value, filter, passed);
        } catch (JinjaException e) {
            throw e.in(token.line(), token.column());
        }
    }

    private JinjaExpression test(JinjaExpression value) {
        boolean negated = tokens.takeName("not");
        Token token = tokens.expect(Kind.NAME, "a test");
        try {
            Test test = Test.named(token.text());
            JinjaExpression tested = new JinjaExpression.Tested(value, test, tested());
            return negated ? new JinjaExpression.Not(tested) : tested;
        } catch (JinjaException e) {
            throw e.in(token.line(), token.column());
        }
    }

    private Passed tested() {
        if (tokens.takeOperator("(")) {
            return passed();
        }
        return beginsArgument(tokens.peek()) ? new Passed(List.of(postfix(primary())), Map.of()) : Passed.NOTHING;
    }

    private static boolean beginsArgument(Token token) {
        return switch (token.kind()) {
            case NAME -> !AFTER_TEST.contains(token.text());
            case STRING, NUMBER -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
    }
}
