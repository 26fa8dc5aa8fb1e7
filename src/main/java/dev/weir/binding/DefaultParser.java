package dev.weir.binding;

import dev.weir.json.Scalars;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses the default after {@code |}: a quoted text, a nested <code>${…}</code>, or raw text up to the closing bracket. Raw
 * text may contain further <code>${…}</code>.
 *
 * <p>Symbolic operators may follow a quoted text, a nested expression, and a raw true, false, null or number. In other raw
 * text they are text. Operators that are words are text in all raw text.
 */
final class DefaultParser {
    private static final String ESCAPABLE = "$@{}()[],\\";
    private static final List<String> OPERATORS = List.of("&&", "||", "==", "!=", "<", ">");

    private final Cursor cursor;
    private final ExpressionParser expressions;
    private int spacesLookedOver;
    private @Nullable String constantText;

    DefaultParser(Cursor cursor, ExpressionParser expressions) {
        this.cursor = cursor;
        this.expressions = expressions;
    }

    /** Parses the default of an environment variable: a constant without quotes keeps its text. */
    Expression fallbackOfVariable(char closer) {
        Expression parsed = fallback(closer);
        return constantText != null && parsed instanceof Expression.Literal literal && literal.value() != null
                ? new Expression.RawDefault(constantText, literal.value())
                : parsed;
    }

    /** Parses the default and leaves the cursor behind it. */
    Expression fallback(char closer) {
        constantText = null;
        cursor.skipSpace();
        if (cursor.at("'") || cursor.at("\"")) {
            Expression text = new Expression.Literal(cursor.quoted());
            if (!endsHere(closer)) {
                throw cursor.error(
                        cursor.position(), "text stands after the quoted default", "quote the whole default");
            }
            return text;
        }
        if (cursor.at("${")) {
            Expression nested = expressions.braced();
            return endsHere(closer) ? nested : raw(closer, nested);
        }
        Expression literal = literal(closer);
        return literal != null ? literal : raw(closer, null);
    }

    /** Parses true, false, null or a number if it is the whole default. Otherwise returns Java null and does not move. */
    private @Nullable Expression literal(char closer) {
        int start = cursor.position();
        while (!cursor.atEnd() && !cursor.atSpace() && "{}()[],&|=!<>@".indexOf(cursor.peek()) < 0) {
            cursor.next();
        }
        String word = cursor.between(start, cursor.position());
        if (!word.isEmpty() && !(Scalars.resolve(word) instanceof String) && endsHere(closer)) {
            OperandParser.requireFinite(Scalars.resolve(word), word, start, cursor);
            constantText = word;
            return new Expression.Literal(Scalars.resolve(word));
        }
        cursor.moveTo(start);
        return null;
    }

    /** Whether the operand ends at the next char that is not a space. Does not move. */
    private boolean endsHere(char closer) {
        int before = cursor.position();
        cursor.skipSpace();
        boolean ends = cursor.atEnd()
                || isEnd(closer)
                || cursor.at("@(")
                || OPERATORS.stream().anyMatch(cursor::at);
        cursor.moveTo(before);
        return ends;
    }

    private boolean isEnd(char closer) {
        return cursor.peek() == closer || (closer == ']' && cursor.at(","));
    }

    private Expression raw(char closer, @Nullable Expression first) {
        List<Expression> parts = new ArrayList<>();
        if (first != null) {
            parts.add(first);
        }
        StringBuilder text = new StringBuilder();
        int open = 0;
        while (!cursor.atEnd() && !(open == 0 && (isEnd(closer) || atAnnotation()))) {
            if (cursor.skip("$${")) {
                text.append("${");
                open += closer == '}' ? 1 : 0;
            } else if (cursor.at("${")) {
                addText(text, parts);
                parts.add(expressions.braced());
            } else {
                open += rawChar(text, closer);
            }
        }
        trimEnd(text);
        addText(text, parts);
        constantText = null; // A nested expression in the text has a default of its own.
        if (parts.isEmpty()) {
            return new Expression.Literal("");
        }
        if (parts.size() == 1 && parts.get(0) instanceof Expression.Literal literal) {
            constantText = Values.text(literal.value());
        }
        return parts.size() == 1 ? parts.get(0) : new Expression.Interpolation(List.copyOf(parts));
    }

    /** Reads one char of raw text. Returns the change of the depth of brackets: 1, -1 or 0. */
    private int rawChar(StringBuilder text, char closer) {
        char c = cursor.next();
        if (c == '\\' && !cursor.atEnd() && ESCAPABLE.indexOf(cursor.peek()) >= 0) {
            text.append(cursor.next());
            return 0;
        }
        text.append(c);
        char opener = closer == '}' ? '{' : closer == ')' ? '(' : '[';
        return c == opener ? 1 : c == closer ? -1 : 0;
    }

    /** Whether an annotation is next, after any spaces. Each run of spaces is scanned once, so the time stays linear. */
    private boolean atAnnotation() {
        if (!cursor.atSpace()) {
            return cursor.at("@(");
        }
        int before = cursor.position();
        if (before < spacesLookedOver) {
            return false;
        }
        cursor.skipSpace();
        boolean found = cursor.at("@(");
        spacesLookedOver = found ? before : cursor.position();
        cursor.moveTo(before);
        return found;
    }

    private static void addText(StringBuilder text, List<Expression> parts) {
        if (text.length() > 0) {
            parts.add(new Expression.Literal(text.toString()));
            text.setLength(0);
        }
    }

    private static void trimEnd(StringBuilder text) {
        while (text.length() > 0 && Character.isWhitespace(text.charAt(text.length() - 1))) {
            text.setLength(text.length() - 1);
        }
    }
}
