package dev.weir.config.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of a configuration file, with its place. */
public sealed interface YamlNode {

    Location location();

    /** The kind of the node, for messages: {@code a mapping}. */
    String kind();

    /** Returns the node as plain values. */
    @Nullable
    Object plain();

    /** A key of a mapping: its place and its value. */
    record Entry(Location keyLocation, YamlNode value) {}

    record Mapping(Location location, Map<String, Entry> entries) implements YamlNode {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String kind() {
            return "a mapping";
        }

        @Override
        public Object plain() {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            entries.forEach((key, entry) -> plain.put(key, entry.value().plain()));
            return plain;
        }
    }

    record Sequence(Location location, List<YamlNode> elements) implements YamlNode {
        public Sequence {
            elements = List.copyOf(elements);
        }

        @Override
        public String kind() {
            return "a list";
        }

        @Override
        public Object plain() {
            List<@Nullable Object> plain = new ArrayList<>(elements.size());
            elements.forEach(element -> plain.add(element.plain()));
            return plain;
        }
    }

    /**
     * A single value.
     *
     * @param value null, a boolean, a number or a text
     * @param text as written, without quotes
     * @param unquoted whether it has neither quotes nor a tag
     * @param start the code point of {@code source} where its notation starts
     */
    record Scalar(
            @Nullable Object value, String text, boolean unquoted, SourceText source, int start, Location location)
            implements YamlNode {

        @Override
        public String kind() {
            if (value == null) {
                return "nothing";
            }
            return value instanceof String
                    ? "the text '" + Printable.cut(text) + "'"
                    : value instanceof Boolean ? text : "the number " + Printable.cut(text);
        }

        @Override
        public @Nullable Object plain() {
            return value;
        }

        /** The place of a char of the text. */
        public Location locationOf(int offset) {
            return source.location(start, text, offset);
        }
    }

    /** Whether the text at the end of a path of keys and positions is written without quotes. */
    default boolean isUnquoted(List<Object> path) {
        return at(path) instanceof Scalar scalar && scalar.unquoted();
    }

    /** Returns the node that a path of keys and positions leads to; the last node reached if the path leaves the tree. */
    default YamlNode at(List<Object> path) {
        YamlNode node = this;
        for (Object step : path) {
            YamlNode next = null;
            if (node instanceof Mapping mapping && step instanceof String key) {
                Entry entry = mapping.entries().get(key);
                next = entry == null ? null : entry.value();
            } else if (node instanceof Sequence sequence && step instanceof Integer index) {
                next = sequence.elements().get(index);
            }
            if (next == null) {
                return node;
            }
            node = next;
        }
        return node;
    }
}
