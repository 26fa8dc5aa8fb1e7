package dev.weir.binding;

import dev.weir.json.Scalars;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses one operand: a literal, a source with its path, or an expression in brackets; and its type, default and annotations. */
final class OperandParser {
    private final Cursor cursor;
    private final ExpressionParser expressions;
    private final LookupParser lookups;
    private final DefaultParser defaults;
    private final List<@Nullable Reference> references;

    OperandParser(Cursor cursor, ExpressionParser expressions, List<@Nullable Reference> references) {
        this.cursor = cursor;
        this.expressions = expressions;
        this.references = references;
        this.lookups = new LookupParser(cursor);
        this.defaults = new DefaultParser(cursor, expressions);
    }

    /** Parses the operand at the cursor. {@code closer} closes the enclosing expression. */
    Expression operand(char closer) {
        int start = cursor.position();
        int slot = references.size();
        Expression primary = primary(closer);
        // A lookup in brackets has been recorded by the operand inside them.
        Expression.Lookup lookup =
                primary instanceof Expression.Lookup found && references.size() == slot ? found : null;
        if (lookup != null) {
            references.add(null); // Reserves the slot: the default may add further references.
        }
        ValueType type = type();
        String code = cursor.between(start, cursor.position());
        boolean variable = lookup != null && lookup.source() == Source.ENV;
        Expression fallback = fallback(closer, variable);
        Map<String, String> annotations = annotations();
        Expression value = primary;
        if (lookup != null) {
            references.set(slot, reference(lookup, type, fallback, annotations, start));
            value = variable && fallback == null ? new Expression.Required(lookup) : lookup;
        }
        if (fallback != null) {
            value = new Expression.Defaulted(value, fallback);
        }
        if (type == null) {
            return value;
        }
        // JSON distinguishes a number from a text, so that a raw default keeps its type.
        Expression converted = type.name().equals("json") ? value : value.withText();
        return new Expression.Converted(converted, Conversions.of(type), type, code);
    }

    private Reference reference(
            Expression.Lookup lookup,
            @Nullable ValueType type,
            @Nullable Expression fallback,
            Map<String, String> annotations,
            int start) {
        Object constant = fallback instanceof Expression.Literal literal
                ? literal.value()
                : fallback instanceof Expression.RawDefault raw ? raw.value() : null;
        return new Reference(
                lookup.source(),
                lookup.name(),
                lookup.path(),
                type,
                fallback != null,
                constant,
                fallback == null ? null : fallback.knownType(),
                annotations,
                cursor.place(start));
    }

    private Expression primary(char closer) {
        char c = cursor.peek();
        int start = cursor.position();
        if (c == '(') {
            cursor.next();
            cursor.skipSpace();
            Expression inner = expressions.enclosed(')', start);
            cursor.skip(")");
            return inner;
        }
        if (c == '[') {
            return list();
        }
        if (c == '\'' || c == '"') {
            return new Expression.Literal(cursor.quoted());
        }
        if (cursor.at("${")) {
            return expressions.braced();
        }
        if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') {
            return number();
        }
        for (String word : List.of("true", "false", "null")) {
            if (cursor.skipWord(word)) {
                return new Expression.Literal(Scalars.resolve(word));
            }
        }
        return lookups.lookup(closer);
    }

    private Expression list() {
        List<Expression> elements = new ArrayList<>();
        int start = cursor.position();
        do {
            cursor.next();
            cursor.skipSpace();
            if (elements.isEmpty() && cursor.at("]")) {
                break;
            }
            elements.add(expressions.enclosed(']', start));
        } while (cursor.at(","));
        cursor.skip("]");
        return new Expression.ListOf(List.copyOf(elements));
    }

    private Expression number() {
        int start = cursor.position();
        while (isNumberChar(cursor.peek())) {
            cursor.next();
        }
        String text = cursor.between(start, cursor.position());
        if (Scalars.resolve(text) instanceof Number number) {
            requireFinite(number, text, start, cursor);
            return new Expression.Literal(number);
        }
        throw cursor.error(start, "'" + text + "' is not a number", "put text in quotes");
    }

    /** Refuses infinities and NaN, which JSON cannot express. */
    static void requireFinite(@Nullable Object value, String text, int start, Cursor cursor) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            throw cursor.error(start, "'" + text + "' is a number that JSON cannot write", "put text in quotes");
        }
    }

    private static boolean isNumberChar(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || "+-.E".indexOf(c) >= 0;
    }

    private @Nullable ValueType type() {
        int before = cursor.position();
        cursor.skipSpace();
        if (cursor.position() == before || !cursor.skipWord("as")) {
            cursor.moveTo(before);
            return null;
        }
        cursor.skipSpace();
        return new TypeParser(cursor, expressions).type();
    }

    private @Nullable Expression fallback(char closer, boolean ofVariable) {
        int before = cursor.position();
        cursor.skipSpace();
        if (cursor.at("||") || !cursor.skip("|")) {
            cursor.moveTo(before);
            return null;
        }
        return ofVariable ? defaults.fallbackOfVariable(closer) : defaults.fallback(closer);
    }

    private Map<String, String> annotations() {
        Map<String, String> annotations = new LinkedHashMap<>();
        cursor.skipSpace();
        while (cursor.at("@(")) {
            annotation(annotations);
            cursor.skipSpace();
        }
        return annotations.isEmpty() ? Map.of() : Collections.unmodifiableMap(annotations);
    }

    private void annotation(Map<String, String> annotations) {
        int start = cursor.position();
        cursor.skip("@(");
        cursor.skipSpace();
        String name = cursor.name();
        StringBuilder text = new StringBuilder();
        int open = 1;
        while (!cursor.atEnd()) {
            char c = cursor.next();
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (open == 0) {
                annotations.put(name, text.toString().strip());
                return;
            }
            text.append(c == '\\' && !cursor.atEnd() ? cursor.next() : c);
        }
        throw cursor.error(start, "the annotation is not closed", "write it as @(description what it is)");
    }
}
