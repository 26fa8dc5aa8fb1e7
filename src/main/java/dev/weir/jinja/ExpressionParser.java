package dev.weir.jinja;

import dev.weir.jinja.Expression.Comparison;
import dev.weir.jinja.Expression.Passed;
import dev.weir.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions, loosest operators first: conditional, or, and, not, comparison, sum, ~, product, power, sign. */
final class ExpressionParser {
    private static final Expression NONE = new Expression.Literal(null);
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Map<String, Arithmetic> SUMS = Map.of("+", Arithmetic.ADD, "-", Arithmetic.SUBTRACT);
    private static final Map<String, Arithmetic> PRODUCTS = Map.of(
            "*", Arithmetic.MULTIPLY, "/", Arithmetic.DIVIDE, "//", Arithmetic.FLOOR_DIVIDE, "%", Arithmetic.REMAINDER);
    /** Names that end a test without arguments. */
    private static final Set<String> AFTER_TEST = Set.of("else", "or", "and", "if", "in", "not", "is");

    private final TokenStream tokens;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** An expression, or several with commas between them, which make a tuple. */
    Expression list(boolean conditional) {
        Expression first = conditional ? expression() : or();
        if (!tokens.peek().isOperator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.takeOperator(",")
                && tokens.peek().kind() != Kind.BLOCK_END
                && tokens.peek().kind() != Kind.PRINT_END) {
            items.add(conditional ? expression() : or());
        }
        return new Expression.Items(items, true);
    }

    Expression expression() {
        tokens.enter();
        Expression value = or();
        while (tokens.takeName("if")) {
            Expression condition = or();
            Expression otherwise = tokens.takeName("else")
                    ? expression()
                    : new Expression.Literal(new Undefined(
                            "the inline if-expression evaluated to false and no else section was defined."));
            value = new Expression.Conditional(condition, value, otherwise);
        }
        tokens.leave();
        return value;
    }

    /** An expression that an {@code if} may follow. */
    Expression or() {
        Expression left = and();
        while (tokens.takeName("or")) {
            left = new Expression.Either(left, true, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.takeName("and")) {
            left = new Expression.Either(left, false, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.takeName("not")) {
            return comparison();
        }
        tokens.enter();
        Expression negated = new Expression.Not(not());
        tokens.leave();
        return negated;
    }

    private Expression comparison() {
        Expression first = sum();
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
                return rest.isEmpty() ? first : new Expression.Compared(first, List.copyOf(rest));
            }
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (true) {
            Token token = tokens.peek();
            Arithmetic operator = token.kind() == Kind.OPERATOR ? SUMS.get(token.text()) : null;
            if (operator == null) {
                return left;
            }
            tokens.take();
            left = new Expression.Computed(left, operator, concatenation());
        }
    }

    private Expression concatenation() {
        List<Expression> parts = new ArrayList<>(List.of(product()));
        while (tokens.takeOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.get(0) : new Expression.Joined(parts);
    }

    private Expression product() {
        Expression left = power();
        while (true) {
            Token token = tokens.peek();
            Arithmetic operator = token.kind() == Kind.OPERATOR ? PRODUCTS.get(token.text()) : null;
            if (operator == null) {
                return left;
            }
            tokens.take();
            LiteralCheck.operator(operator, left, token);
            left = new Expression.Computed(left, operator, power());
        }
    }

    private Expression power() {
        Expression left = unary(true);
        while (tokens.takeOperator("**")) {
            left = new Expression.Computed(left, Arithmetic.POWER, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        tokens.enter();
        Expression value;
        if (tokens.takeOperator("-")) {
            value = new Expression.Computed(new Expression.Literal(0L), Arithmetic.SUBTRACT, unary(false));
        } else if (tokens.takeOperator("+")) {
            value = unary(false);
        } else {
            value = primary();
        }
        tokens.leave();
        value = postfix(value);
        return filtered ? filters(value) : value;
    }

    private Expression primary() {
        Token token = tokens.take();
        return switch (token.kind()) {
            case NAME -> named(token);
            case NUMBER -> new Expression.Literal(token.value());
            case STRING -> text(token);
            case OPERATOR -> bracketed(token);
            default -> throw new JinjaException("unexpected " + token + ", an expression was expected", token);
        };
    }

    private static Expression named(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> NONE;
            default -> new Expression.Name(token.text());
        };
    }

    /** Texts that follow each other are one. */
    private Expression text(Token first) {
        StringBuilder text = new StringBuilder().append(first.value());
        while (tokens.peek().kind() == Kind.STRING) {
            text.append(tokens.take().value());
        }
        return new Expression.Literal(text.toString());
    }

    private Expression bracketed(Token open) {
        return switch (open.text()) {
            case "(" -> parenthesised();
            case "[" -> new Expression.Items(items("]"), false);
            case "{" -> entries();
            default -> throw new JinjaException("unexpected " + open + ", an expression was expected", open);
        };
    }

    private Expression parenthesised() {
        if (tokens.takeOperator(")")) {
            return new Expression.Items(List.of(), true);
        }
        Expression first = expression();
        if (tokens.takeOperator(")")) {
            return first;
        }
        tokens.expectOperator(",");
        List<Expression> items = new ArrayList<>(List.of(first));
        items.addAll(items(")"));
        return new Expression.Items(items, true);
    }

    private List<Expression> items(String end) {
        List<Expression> items = new ArrayList<>();
        while (!tokens.takeOperator(end)) {
            items.add(expression());
            if (!tokens.peek().isOperator(end)) {
                tokens.expectOperator(",");
            }
        }
        return items;
    }

    private Expression entries() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.takeOperator("}")) {
            keys.add(expression());
            tokens.expectOperator(":");
            values.add(expression());
            if (!tokens.peek().isOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        return new Expression.Entries(keys, values);
    }

    private Expression postfix(Expression owner) {
        Expression value = owner;
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

    private Expression call(Expression function) {
        Token open = tokens.peek();
        Passed passed = passed();
        LiteralCheck.call(function, open);
        return new Expression.Call(function, passed);
    }

    private Expression dotted(Expression owner) {
        return tokens.peek().kind() == Kind.NUMBER
                ? new Expression.Item(
                        owner, new Expression.Literal(tokens.take().value()))
                : new Expression.Attribute(owner, tokens.name());
    }

    private Expression subscript(Expression owner) {
        Expression from = bound();
        if (!tokens.takeOperator(":")) {
            tokens.expectOperator("]");
            return new Expression.Item(owner, from);
        }
        Expression to = bound();
        Expression step = tokens.takeOperator(":") ? bound() : NONE;
        tokens.expectOperator("]");
        return new Expression.Slice(owner, from, to, step);
    }

    private Expression bound() {
        return tokens.peek().isOperator(":") || tokens.peek().isOperator("]") ? NONE : expression();
    }

    /** The arguments of a call, whose parenthesis is open. */
    Passed passed() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
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

    /** The filters, tests and calls behind a value. */
    Expression filters(Expression filtered) {
        Expression value = filtered;
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

    Expression filter(Expression value) {
        Token token = tokens.expect(Kind.NAME, "a name");
        try {
            Filter filter = Filter.named(token.text());
            Passed passed = tokens.takeOperator("(") ? passed() : Passed.NOTHING;
            LiteralCheck.filter(token.text(), value, passed);
            return new Expression.Filtered(value, filter, passed);
        } catch (JinjaException e) {
            throw e.in(token.line(), token.column());
        }
    }

    private Expression test(Expression value) {
        boolean negated = tokens.takeName("not");
        Token token = tokens.expect(Kind.NAME, "a test");
        try {
            Test test = Test.named(token.text());
            Expression tested = new Expression.Tested(value, test, tested());
            return negated ? new Expression.Not(tested) : tested;
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
