package dev.weir.binding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of a template: a map, a list, a leaf with an expression, or an {@link OperatorNode}. */
sealed interface TemplateNode
        permits TemplateNode.Leaf, TemplateNode.Mapping, TemplateNode.Sequence, TemplateNode.Spread, OperatorNode {
    /** The key for a value that is merged into the enclosing map. */
    String SPREAD_KEY = "...";

    /** The result of a node whose field or element is left out. */
    Object ABSENT = new Object();

    /** Returns the value of a node where something must stand: null for {@link #ABSENT}. */
    static @Nullable Object orNull(@Nullable Object rendered) {
        return rendered == ABSENT ? null : rendered;
    }

    @Nullable
    Object render(Scope scope);

    /** Returns the node under a key or at a position; a constant null if there is none. */
    default TemplateNode child(Object step) {
        return new Leaf(new Expression.Literal(null));
    }

    /** Whether it renders to the same value in every scope. */
    boolean isConstant();

    record Leaf(Expression expression) implements TemplateNode {
        @Override
        public @Nullable Object render(Scope scope) {
            return expression.evaluate(scope);
        }

        @Override
        public boolean isConstant() {
            return expression instanceof Expression.Literal;
        }
    }

    record Mapping(Map<String, TemplateNode> entries) implements TemplateNode {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public Object render(Scope scope) {
            Map<String, @Nullable Object> rendered = new LinkedHashMap<>();
            entries.forEach((key, node) -> {
                Object value = node.render(scope);
                if (key.equals(SPREAD_KEY)) {
                    mergeInto(orNull(value), rendered);
                } else if (node instanceof OperatorNode.Choice choice && choice.merges()) {
                    choice.mergeInto(orNull(value), rendered);
                } else if (value != ABSENT) {
                    rendered.put(key, value);
                }
            });
            return Collections.unmodifiableMap(rendered);
        }

        @Override
        public TemplateNode child(Object step) {
            TemplateNode child = step instanceof String key ? entries.get(key) : null;
            return child == null ? TemplateNode.super.child(step) : child;
        }

        /** Whether a value is merged into the map, so that it may replace an entry. */
        boolean merges() {
            return entries.containsKey(SPREAD_KEY) || entries.containsKey(OperatorParser.CHOICE);
        }

        private static void mergeInto(@Nullable Object value, Map<String, @Nullable Object> rendered) {
            if (value instanceof Map<?, ?> map) {
                map.forEach((key, element) -> rendered.put(String.valueOf(key), element));
            } else if (value instanceof List<?> list) {
                list.forEach(element -> mergeInto(element, rendered));
            } else if (value != null) {
                throw new BindingException("\"...\": cannot spread " + Values.describe(value) + " into a mapping");
            }
        }

        @Override
        public boolean isConstant() {
            return !entries.containsKey(SPREAD_KEY) && entries.values().stream().allMatch(TemplateNode::isConstant);
        }
    }

    record Sequence(List<TemplateNode> elements) implements TemplateNode {
        public Sequence {
            elements = List.copyOf(elements);
        }

        @Override
        public Object render(Scope scope) {
            List<@Nullable Object> rendered = new ArrayList<>(elements.size());
            for (TemplateNode element : elements) {
                if (element instanceof Spread spread) {
                    mergeInto(spread.render(scope), rendered);
                } else {
                    Object value = element.render(scope);
                    if (value != ABSENT) {
                        rendered.add(value);
                    }
                }
            }
            return Collections.unmodifiableList(rendered);
        }

        @Override
        public TemplateNode child(Object step) {
            return step instanceof Integer position && position >= 0 && position < elements.size()
                    ? elements.get(position)
                    : TemplateNode.super.child(step);
        }

        private static void mergeInto(@Nullable Object value, List<@Nullable Object> rendered) {
            if (value instanceof List<?> list) {
                rendered.addAll(list);
            } else if (value != null) {
                throw new BindingException("...: cannot spread " + Values.describe(value) + " into a list");
            }
        }

        @Override
        public boolean isConstant() {
            return elements.stream().allMatch(TemplateNode::isConstant);
        }
    }

    /** An element of a list that is replaced by the elements of its value. */
    record Spread(Expression expression) implements TemplateNode {
        @Override
        public @Nullable Object render(Scope scope) {
            return expression.evaluate(scope);
        }

        @Override
        public boolean isConstant() {
            return false;
        }
    }
}
