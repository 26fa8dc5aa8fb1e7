package dev.weir.config.schema;

import dev.weir.binding.Reference;
import dev.weir.binding.Template;
import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The references of a template by their places: it tells which references give the value at a path. */
final class TemplateOutline {
    private static final String SPREAD = "...";

    private final Template template;
    private final Node root = new Node();

    TemplateOutline(Template template) {
        this.template = template;
        for (Reference reference : template.references()) {
            Node node = root;
            List<Object> place = reference.place().path();
            // An operator gives one value, whatever its keys hold.
            for (Object step : place.subList(0, template.stepsToOperator(place))) {
                node = node.children.computeIfAbsent(step, key -> new Node());
            }
            // The first reference of a text gives its value; the others are defaults or further parts.
            if (node.reference == null) {
                node.reference = reference;
            }
        }
    }

    private static final class Node {
        private final Map<Object, Node> children = new LinkedHashMap<>();
        private @Nullable Reference reference;
        private @Nullable Boolean hasSpread;
    }

    /**
     * A reference that gives the value at a path, or a part of it.
     *
     * @param place the keys and positions from the value at the path to the part
     * @param into the steps of the path that lead into the reference's value
     * @param isAlone whether the reference is the whole part; false for text around it, and for an operator
     */
    record Part(Reference reference, List<Object> place, List<PathStep> into, boolean isAlone) {}

    /** Returns the parts of the value at a path, in the order in which they are written. Empty if nothing tells them. */
    List<Part> at(List<PathStep> path) {
        Node node = root;
        Object tree = template.source();
        int taken = 0;
        while (taken < path.size() && (tree instanceof Map || tree instanceof List)) {
            Object key = tree instanceof Map<?, ?> map
                    ? key(map, path.get(taken))
                    : position((List<?>) tree, path.get(taken), node);
            if (key == null) {
                return List.of();
            }
            Node child = node.children.get(key);
            if (child == null) {
                return List.of();
            }
            taken += SPREAD.equals(key) ? 0 : 1;
            tree = tree instanceof Map<?, ?> map ? map.get(key) : ((List<?>) tree).get((Integer) key);
            node = child;
        }
        List<Part> parts = new ArrayList<>();
        collect(node, List.of(), path.subList(taken, path.size()), parts);
        return parts;
    }

    /** Returns the key to which a step leads; null if there is none. */
    private static @Nullable Object key(Map<?, ?> map, PathStep step) {
        if (!(step instanceof PathStep.Key key)) {
            return null;
        }
        return map.containsKey(key.name()) ? key.name() : map.containsKey(SPREAD) ? SPREAD : null;
    }

    /** Returns the position to which a step leads; null if there is none, or if the list has a spread. */
    private static @Nullable Object position(List<?> list, PathStep step, Node node) {
        if (!(step instanceof PathStep.Index index)) {
            return null;
        }
        if (node.hasSpread == null) {
            node.hasSpread =
                    list.stream().anyMatch(element -> element instanceof String text && text.startsWith(SPREAD + "${"));
        }
        int position = index.index() < 0 ? list.size() + index.index() : index.index();
        return node.hasSpread || position < 0 || position >= list.size() ? null : position;
    }

    private void collect(Node node, List<Object> place, List<PathStep> into, List<Part> parts) {
        if (node.reference != null) {
            parts.add(new Part(node.reference, place, into, template.isAlone(node.reference)));
        }
        node.children.forEach(
                (key, child) -> collect(child, SPREAD.equals(key) ? place : joined(place, key), into, parts));
    }

    private static List<Object> joined(List<Object> place, Object key) {
        List<Object> joined = new ArrayList<>(place);
        joined.add(key);
        return List.copyOf(joined);
    }
}
