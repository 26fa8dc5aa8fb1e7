package dev.weir.binding;

import dev.weir.json.MemoryEstimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map of a template that is an operator: it gives a value that is made of others. */
sealed interface OperatorNode extends TemplateNode {

    @Override
    default boolean isConstant() {
        return false;
    }

    /**
     * {@code "*"}: a list with a map for each element of the source, or with the elements that pass.
     *
     * @param where the condition that an element must pass; null for none
     * @param fields the map for an element; null for the element itself
     */
    record Repeat(
            TemplateNode source,
            @Nullable Condition where,
            @Nullable Mapping fields) implements OperatorNode {
        @Override
        public @Nullable Object render(Scope scope) {
            List<?> list = Items.list("*", source.render(scope));
            if (list == null || (where == null && fields == null)) {
                return list;
            }
            Items items = Items.in(scope);
            List<@Nullable Object> rendered = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                Object element = element(list.get(i), i, items);
                if (element != ABSENT) {
                    rendered.add(element);
                }
            }
            return Collections.unmodifiableList(rendered);
        }

        /** Renders an element; {@link TemplateNode#ABSENT} if it does not pass. */
        @Nullable
        Object element(@Nullable Object element, int index, Items items) {
            Scope inner = items.at(element, index);
            if (where != null && !where.test(inner)) {
                return ABSENT;
            }
            return fields == null ? element : items.counted(fields.render(inner));
        }
    }

    /** {@code "|"}: a map of lists, one for each field, with a value for each element of the source. */
    record Split(TemplateNode source, Map<String, TemplateNode> fields) implements OperatorNode {
        public Split {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        @Override
        public Object render(Scope scope) {
            List<?> list = Items.list("|", source.render(scope));
            List<List<@Nullable Object>> columns = new ArrayList<>();
            fields.forEach((key, node) -> columns.add(new ArrayList<>()));
            Items items = Items.in(scope);
            for (int i = 0; list != null && i < list.size(); i++) {
                Scope inner = items.at(list.get(i), i);
                Iterator<List<@Nullable Object>> column = columns.iterator();
                fields.values()
                        .forEach(node -> column.next().add(items.counted(TemplateNode.orNull(node.render(inner)))));
            }
            Map<String, @Nullable Object> split = new LinkedHashMap<>();
            Iterator<List<@Nullable Object>> column = columns.iterator();
            fields.keySet().forEach(key -> split.put(key, Collections.unmodifiableList(column.next())));
            return Collections.unmodifiableMap(split);
        }
    }

    /** {@code "+"}: the texts, lists or maps of a list as one. Null elements are skipped; of none, null. */
    record Join(TemplateNode parts) implements OperatorNode {
        @Override
        public @Nullable Object render(Scope scope) {
            List<?> list = Items.list("+", parts.render(scope));
            List<Object> present = new ArrayList<>();
            for (Object part : list == null ? List.of() : list) {
                if (part != null) {
                    present.add(part);
                }
            }
            if (present.isEmpty()) {
                return null;
            }
            Object first = present.get(0);
            if (first instanceof String) {
                return texts(present);
            }
            if (first instanceof List) {
                return lists(present);
            }
            if (first instanceof Map) {
                return maps(present);
            }
            throw new BindingException("\"+\": cannot join " + Values.describe(first));
        }

        private static Object texts(List<Object> parts) {
            StringBuilder joined = new StringBuilder();
            for (Object part : parts) {
                if (!(part instanceof String text)) {
                    throw mixed(parts, part);
                }
                joined.append(text);
            }
            return joined.toString();
        }

        private static Object lists(List<Object> parts) {
            List<@Nullable Object> joined = new ArrayList<>();
            for (Object part : parts) {
                if (!(part instanceof List<?> list)) {
                    throw mixed(parts, part);
                }
                joined.addAll(list);
            }
            return Collections.unmodifiableList(joined);
        }

        private static Object maps(List<Object> parts) {
            Map<String, @Nullable Object> joined = new LinkedHashMap<>();
            for (Object part : parts) {
                if (!(part instanceof Map<?, ?> map)) {
                    throw mixed(parts, part);
                }
                map.forEach((key, value) -> joined.put(String.valueOf(key), value));
            }
            return Collections.unmodifiableMap(joined);
        }

        private static BindingException mixed(List<Object> parts, Object other) {
            return new BindingException(
                    "\"+\": cannot join " + Values.kind(parts.get(0)) + " and " + Values.describe(other));
        }
    }

    /**
     * {@code "?"}: the value of the first branch that decides. Without one, the field is left out.
     *
     * @param merges whether the value is a map that is merged into the enclosing map
     */
    record Choice(List<Branch> branches, boolean merges) implements OperatorNode {
        public Choice {
            branches = List.copyOf(branches);
        }

        /**
         * One condition with its values.
         *
         * @param ifTrue the value if the condition is true; null to leave the field out
         * @param ifFalse the value if the condition is false; null to continue with the next branch
         */
        record Branch(
                Condition condition,
                @Nullable TemplateNode ifTrue,
                @Nullable TemplateNode ifFalse) {}

        @Override
        public @Nullable Object render(Scope scope) {
            for (Branch branch : branches) {
                if (branch.condition().test(scope)) {
                    return branch.ifTrue() == null ? ABSENT : branch.ifTrue().render(scope);
                }
                if (branch.ifFalse() != null) {
                    return branch.ifFalse().render(scope);
                }
            }
            return ABSENT;
        }

        void mergeInto(@Nullable Object value, Map<String, @Nullable Object> rendered) {
            if (value instanceof Map<?, ?> map) {
                map.forEach((key, element) -> rendered.put(String.valueOf(key), element));
            } else if (value != null) {
                throw new BindingException("\"?\": cannot merge " + Values.describe(value) + " into a mapping");
            }
        }
    }

    /** The elements that an operator renders, within limits that all operators of one rendering share. Belongs to one thread. */
    final class Items implements Scope {
        /** The most elements that operators render in one value. */
        static final int MOST_ELEMENTS = 1_000_000;

        /** The most bytes that operators render in one value, as {@link MemoryEstimate} counts them. */
        static final long MOST_BYTES = 64L << 20;

        private static final Duration LONGEST = Duration.ofSeconds(10);

        private final Scope outer;
        private final long began;
        private final Items root;
        private int elements;
        private long bytes;
        private @Nullable Object item;
        private int index;

        private Items(Scope outer, @Nullable Items root) {
            this.outer = outer;
            this.root = root == null ? this : root;
            this.began = root == null ? System.nanoTime() : root.began;
        }

        /** Returns the elements of a further operator in a scope. */
        static Items in(Scope scope) {
            return new Items(scope, scope instanceof Items items ? items.root : null);
        }

        /** Returns the list that an operator takes; null for null. */
        static @Nullable List<?> list(String operator, @Nullable Object value) {
            Object present = TemplateNode.orNull(value);
            if (present == null || present instanceof List<?>) {
                return (List<?>) present;
            }
            throw new BindingException(
                    "\"" + operator + "\": the value must be a list, was " + Values.describe(present));
        }

        /** Moves to an element, and returns the scope in which it is rendered. */
        Scope at(@Nullable Object element, int position) {
            root.elements++;
            if (root.elements > MOST_ELEMENTS) {
                throw tooLarge("at most " + MOST_ELEMENTS + " elements");
            }
            if (System.nanoTime() - began > LONGEST.toNanos()) {
                throw tooLarge("at most " + LONGEST.toSeconds() + " s");
            }
            item = element;
            index = position;
            return this;
        }

        /** Counts a rendered value. */
        @Nullable
        Object counted(@Nullable Object rendered) {
            root.bytes += MemoryEstimate.bytes(rendered);
            if (root.bytes > MOST_BYTES) {
                throw tooLarge("at most " + MOST_BYTES + " bytes");
            }
            return rendered;
        }

        private static BindingException tooLarge(String limit) {
            return new BindingException(
                    "the value that operators render is too large (" + limit + "): shorten its lists");
        }

        @Override
        public @Nullable Object value(Source source, @Nullable String name) {
            return source == Source.ITEM ? item : source == Source.INDEX ? (Object) index : outer.value(source, name);
        }
    }
}
