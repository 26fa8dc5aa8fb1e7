package dev.weir.config.reader;

import dev.weir.config.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The shapes in which workflows, components, jobs and actions are written: one mapping, a list, or, under the plural key, a
 * mapping keyed by id.
 */
public final class Shapes {
    /** Keys that, with a value other than a mapping, show that a mapping is a single item. */
    public static final Set<String> OWN_KEYS =
            Set.of("id", "type", "title", "jobs", "component", "output", "path", "endpoint");

    private Shapes() {}

    /** One of several items of a kind: its id and its section. */
    record Item(String id, Section section) {}

    /**
     * Returns all items under two keys, with their ids. An item without an id gets {@code onlyId}. Duplicate ids are
     * reported.
     */
    static List<Item> items(Section section, String singular, String plural, String onlyId) {
        List<Item> items = new ArrayList<>();
        Consumer<Item> add = items::add;
        for (String key : List.of(singular, plural)) {
            YamlNode value = section.find(key);
            if (value instanceof YamlNode.Sequence sequence) {
                list(section, key, sequence, onlyId, add);
            } else if (value instanceof YamlNode.Mapping mapping && (key.equals(singular) || !isKeyed(mapping))) {
                Section item = new Section(mapping, section.pathOf(key), section.loading, null);
                add.accept(new Item(item.text("id").orElse(onlyId), item));
            } else if (value instanceof YamlNode.Mapping mapping) {
                keyed(section, key, mapping, add);
            } else if (value != null) {
                section.error(key, "must be a mapping or a list, is " + value.kind(), "");
            }
        }
        return unique(items, singular);
    }

    /** Whether a mapping under a plural key is keyed by id: not if one of its keys can only belong to a single item. */
    private static boolean isKeyed(YamlNode.Mapping mapping) {
        return mapping.entries().entrySet().stream()
                .noneMatch(entry ->
                        OWN_KEYS.contains(entry.getKey()) && !(entry.getValue().value() instanceof YamlNode.Mapping));
    }

    private static void list(
            Section section, String key, YamlNode.Sequence sequence, String onlyId, Consumer<Item> add) {
        for (int i = 0; i < sequence.elements().size(); i++) {
            String path = section.pathOf(key) + "[" + i + "]";
            if (sequence.elements().get(i) instanceof YamlNode.Mapping mapping) {
                Section item = new Section(mapping, path, section.loading, null);
                add.accept(new Item(item.text("id").orElse(onlyId), item));
            } else {
                YamlNode wrong = sequence.elements().get(i);
                section.loading.problems.error(
                        wrong.location(), path, "must be a mapping, is " + wrong.kind(), "write '- id: …'");
            }
        }
    }

    private static void keyed(Section section, String key, YamlNode.Mapping mapping, Consumer<Item> add) {
        mapping.entries().forEach((id, entry) -> {
            String path = section.pathOf(key) + "." + id;
            if (entry.value() instanceof YamlNode.Mapping value) {
                Section item = new Section(value, path, section.loading, null);
                add.accept(new Item(item.text("id").orElse(id), item));
            } else {
                section.loading.problems.error(
                        entry.keyLocation(),
                        path,
                        "must be a mapping, is " + entry.value().kind(),
                        "the keys under '" + key + "' are ids");
            }
        });
    }

    private static List<Item> unique(List<Item> items, String kind) {
        Map<String, Item> byId = new LinkedHashMap<>();
        for (Item item : items) {
            Item first = byId.putIfAbsent(item.id(), item);
            if (first == null) {
                continue;
            }
            Section section = item.section();
            if (section.has("id")) {
                section.error(
                        "id",
                        "the id '" + item.id() + "' is taken",
                        "choose another; the first is in line "
                                + first.section().location().line());
            } else {
                section.missing("id", "where there are several, each " + kind + " needs an id of its own");
            }
        }
        return List.copyOf(byId.values());
    }
}
