package dev.weir.binding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Turns a tree of plain values into a tree of template nodes, parsing every text once. */
final class TemplateParser {
    private static final String SPREAD = "...";

    private final List<@Nullable Reference> references = new ArrayList<>();
    private final List<Object> place = new ArrayList<>();
    private final Predicate<List<Object>> unquoted;

    /**
     * Makes a parser.
     *
     * @param unquoted whether the text at a place is written without quotes
     */
    TemplateParser(Predicate<List<Object>> unquoted) {
        this.unquoted = unquoted;
    }

    /** Every use of a source that was parsed, in order. */
    List<Reference> references() {
        return references.stream().map(Objects::requireNonNull).toList();
    }

    TemplateNode node(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map(map);
        }
        if (value instanceof List<?> list) {
            return list(list);
        }
        return new TemplateNode.Leaf(value instanceof String text ? text(text, 0) : new Expression.Literal(value));
    }

    private TemplateNode map(Map<?, ?> map) {
        Map<String, TemplateNode> entries = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            place.add(key);
            entries.put(key, node(entry.getValue()));
            place.remove(place.size() - 1);
        }
        return new TemplateNode.Mapping(entries);
    }

    private TemplateNode list(List<?> list) {
        List<TemplateNode> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            place.add(i);
            boolean spread = list.get(i) instanceof String text && text.startsWith(SPREAD + "${");
            elements.add(
                    spread ? new TemplateNode.Spread(text((String) list.get(i), SPREAD.length())) : node(list.get(i)));
            place.remove(place.size() - 1);
        }
        return new TemplateNode.Sequence(elements);
    }

    /** Parses a text from {@code from} on. Returns its only expression, or an interpolation of its parts. */
    private Expression text(String text, int from) {
        Cursor cursor = new Cursor(text, place);
        cursor.moveTo(from);
        List<Expression> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        while (!cursor.atEnd()) {
            if (cursor.skip("$${")) {
                literal.append("${");
            } else if (cursor.at("${")) {
                addLiteral(literal, parts);
                parts.add(new ExpressionParser(cursor, references).braced());
            } else {
                literal.append(cursor.next());
            }
        }
        if (parts.isEmpty()) {
            return new Expression.Literal(literal.toString());
        }
        addLiteral(literal, parts);
        if (parts.size() > 1) {
            return new Expression.Interpolation(parts);
        }
        Expression only = parts.get(0);
        Expression typed = only.withTypes();
        return typed != only && unquoted.test(place) ? typed : only.withText();
    }

    private static void addLiteral(StringBuilder literal, List<Expression> parts) {
        if (literal.length() > 0) {
            parts.add(new Expression.Literal(literal.toString()));
            literal.setLength(0);
        }
    }
}
