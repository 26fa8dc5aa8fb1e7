package dev.weir.binding;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses the operators of an expression by recursive descent; {@link OperandParser} parses the operands.
 *
 * <pre>
 *   expression := all  (("||" | "or") all)*
 *   all        := test (("&amp;&amp;" | "and") test)*
 *   test       := unary (("==" | "!=" | "&lt;=" | "&lt;" | "&gt;=" | "&gt;" | "in") unary)?
 *   unary      := ("!" | "not")* operand
 *   operand    := primary ("as" type)? ("|" default)? ("@(" annotation ")")*
 *   primary    := "(" expression ")" | "[" expression, … "]" | "${" expression "}" | literal | source path
 * </pre>
 *
 * Each char is read a bounded number of times, and the nesting is bounded. Therefore the time is linear and the stack bounded.
 */
final class ExpressionParser {
    /** The deepest nesting of parentheses, lists and expressions. */
    static final int MAX_DEPTH = 64;

    private final Cursor cursor;
    private final OperandParser operands;
    private int depth;

    /**
     * Parses at the cursor.
     *
     * @param references receives every use of a source
     */
    ExpressionParser(Cursor cursor, List<@Nullable Reference> references) {
        this.cursor = cursor;
        this.operands = new OperandParser(cursor, this, references);
    }

    /** Parses the expression at the cursor, from <code>${</code> to its closing brace, and moves behind it. */
    Expression braced() {
        int start = cursor.position();
        cursor.skip("${");
        cursor.skipSpace();
        if (cursor.at("}")) {
            throw cursor.error(start, "the expression is empty", "write a source, such as ${input.prompt}");
        }
        Expression expression = enclosed('}', start);
        cursor.skip("}");
        return expression;
    }

    /** Parses up to {@code closer} and leaves the cursor there. {@code opened} is the position of the opening bracket. */
    Expression enclosed(char closer, int opened) {
        if (++depth > MAX_DEPTH) {
            throw cursor.error(
                    opened, "expressions are nested too deeply (at most " + MAX_DEPTH + " levels)", "nest them less");
        }
        Expression expression = expression(closer);
        if (cursor.peek() != closer && !(closer == ']' && cursor.at(","))) {
            throw unexpected(opened, closer);
        }
        depth--;
        return expression;
    }

    private Expression expression(char closer) {
        List<Expression> operandsOfOr = new ArrayList<>();
        do {
            operandsOfOr.add(all(closer));
        } while (cursor.skip("||") || cursor.skipWord("or"));
        return operandsOfOr.size() == 1 ? operandsOfOr.get(0) : new Expression.Any(List.copyOf(operandsOfOr));
    }

    private Expression all(char closer) {
        List<Expression> operandsOfAnd = new ArrayList<>();
        do {
            operandsOfAnd.add(test(closer));
        } while (cursor.skip("&&") || cursor.skipWord("and"));
        return operandsOfAnd.size() == 1 ? operandsOfAnd.get(0) : new Expression.All(List.copyOf(operandsOfAnd));
    }

    private Expression test(char closer) {
        cursor.skipSpace();
        int start = cursor.position();
        Expression left = unary(closer);
        Expression.Operator operator = operator();
        if (operator == null) {
            return left;
        }
        cursor.skipSpace();
        Expression right = unary(closer);
        String code = cursor.between(start, cursor.position()).strip();
        int end = cursor.position();
        if (operator() != null) {
            throw cursor.error(end, "comparisons do not chain", "join two comparisons with &&, or use parentheses");
        }
        return new Expression.Comparison(operator, left, right, code);
    }

    private Expression.@Nullable Operator operator() {
        for (Expression.Operator operator : Expression.Operator.values()) {
            boolean found = operator == Expression.Operator.IN
                    ? cursor.skipWord(operator.spelling)
                    : cursor.skip(operator.spelling);
            if (found) {
                return operator;
            }
        }
        return null;
    }

    private Expression unary(char closer) {
        int negations = 0;
        while (!cursor.at("!=") && (cursor.skip("!") || cursor.skipWord("not"))) {
            negations++;
            cursor.skipSpace();
        }
        Expression operand = operands.operand(closer);
        cursor.skipSpace();
        if (negations == 0) {
            return operand;
        }
        Expression negated = new Expression.Not(operand);
        return negations % 2 == 1 ? negated : new Expression.Not(negated);
    }

    private TemplateSyntaxException unexpected(int opened, char closer) {
        int here = cursor.position();
        if (cursor.atEnd()) {
            return cursor.error(opened, "the expression is not closed", "close it with " + closer);
        }
        String word = cursor.name();
        String found = word.isEmpty() ? String.valueOf(cursor.peek()) : word;
        String remedy = switch (found) {
            case "=" -> "compare with ==";
            case "&" -> "write && for and";
            case "as" -> "write the type before the default: ${input.x as integer | 1}";
            case "+", "-", "*", "/", "%" -> "expressions do not calculate";
            case "?" -> "write a default as ${input.x | default}";
            default -> "put text in quotes, and an operator such as == or && between values";
        };
        return cursor.error(here, "unexpected '" + found + "'", remedy);
    }
}
