package dev.weir.binding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns a tree of plain values into a tree of template nodes, parsing every text once. */
final class TemplateParser {
    private static final String SPREAD = "...";
    private static final TemplateNode NOTHING = new TemplateNode.Leaf(new Expression.Literal(null));

    private final List<@Nullable Reference> references = new ArrayList<>();
    private final List<Object> place = new ArrayList<>();
    private final OperatorParser operators = new OperatorParser(this);
    private final Predicate<List<Object>> unquoted;
    private final Consumer<TemplateSyntaxException> onFault;
    private int faults;

    /**
     * Makes a parser.
     *
     * @param unquoted whether the text at a place is written without quotes
     * @param onFault receives each fault; parsing continues if it does not throw
     */
    TemplateParser(Predicate<List<Object>> unquoted, Consumer<TemplateSyntaxException> onFault) {
        this.unquoted = unquoted;
        this.onFault = onFault;
    }

    /** Whether there was a fault. What was parsed is useless then. */
    boolean hasFailed() {
        return faults > 0;
    }

    /** Every use of a source that was parsed, in order. */
    List<Reference> references() {
        return present(references);
    }

    private static List<Reference> present(List<@Nullable Reference> references) {
        return references.stream().map(Objects::requireNonNull).toList();
    }

    /** Parses a value. A value with a fault becomes null. */
    TemplateNode node(@Nullable Object value) {
        return attempt(() -> parsed(value), NOTHING);
    }

    private TemplateNode parsed(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map(map);
        }
        if (value instanceof List<?> list) {
            return list(list);
        }
        return new TemplateNode.Leaf(value instanceof String text ? text(text, 0) : new Expression.Literal(value));
    }

    private TemplateNode map(Map<?, ?> map) {
        TemplateNode operator = operators.operator(map);
        return operator == null ? fields(map) : operator;
    }

    /** Parses the fields of a map that is no operator as a whole. */
    TemplateNode.Mapping fields(Map<?, ?> map) {
        Map<String, TemplateNode> entries = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            entries.put(
                    key,
                    key.equals(OperatorParser.CHOICE)
                            ? operators.merged(entry.getValue())
                            : within(key, () -> node(entry.getValue())));
        }
        return new TemplateNode.Mapping(entries);
    }

    /** Parses something. After a fault, reports it and returns {@code otherwise}. */
    <T> T attempt(Supplier<T> parsing, T otherwise) {
        int depth = place.size();
        try {
            return parsing.get();
        } catch (TemplateSyntaxException e) {
            place.subList(depth, place.size()).clear();
            report(e);
            return otherwise;
        }
    }

    private void report(TemplateSyntaxException fault) {
        faults++;
        onFault.accept(fault);
    }

    /** Reports a fault at the current place; parsing continues. */
    void report(String message, String remedy) {
        report(error(message, remedy));
    }

    /** Parses something at a key or a position of the current place. */
    <T> T within(Object step, Supplier<T> parsing) {
        place.add(step);
        T parsed = parsing.get();
        place.remove(place.size() - 1);
        return parsed;
    }

    /** Parses a value as a template of its own. */
    Template template(String key, @Nullable Object value) {
        int first = references.size();
        int before = faults;
        TemplateNode root = within(key, () -> node(value));
        if (faults > before) {
            return new Template(null, NOTHING, List.of());
        }
        return new Template(value, root, present(references.subList(first, references.size())));
    }

    /** Parses something that an operator renders for each element: it binds {@code item} and {@code index}. */
    <T> T bindingItems(Supplier<T> parsing) {
        int first = references.size();
        T parsed = parsing.get();
        references
                .subList(first, references.size())
                .removeIf(reference ->
                        reference != null && (reference.source() == Source.ITEM || reference.source() == Source.INDEX));
        return parsed;
    }

    TemplateSyntaxException error(String message, String remedy) {
        return new TemplateSyntaxException(new Reference.Place(place, 0), message, remedy);
    }

    private TemplateNode list(List<?> list) {
        List<TemplateNode> elements = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Object element = list.get(i);
            elements.add(within(i, () -> attempt(() -> element(element), NOTHING)));
        }
        return new TemplateNode.Sequence(elements);
    }

    private TemplateNode element(@Nullable Object element) {
        return element instanceof String text && text.startsWith(SPREAD + "${")
                ? new TemplateNode.Spread(text(text, SPREAD.length()))
                : node(element);
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
