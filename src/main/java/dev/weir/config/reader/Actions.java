package dev.weir.config.reader;

import dev.weir.config.ActionConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads a component's actions: under {@code action}, in {@code actions}, or as the component's own keys. */
final class Actions {
    private Actions() {}

    /**
     * Reads all actions of a component. {@code reader} receives the id and the section of each. A key that an action lacks
     * is looked up at the component.
     */
    static <T> List<T> read(Section component, BiFunction<String, Section, Optional<T>> reader) {
        List<Shapes.Item> items = Shapes.items(component, "action", "actions", ActionConfig.ONLY_ACTION);
        List<T> actions = new ArrayList<>();
        if (items.isEmpty()) {
            reader.apply(ActionConfig.ONLY_ACTION, component).ifPresent(actions::add);
            return actions;
        }
        Defaults.checkOne(items);
        for (Shapes.Item item : items) {
            Section section = item.section().within(component);
            reader.apply(item.id(), section).ifPresent(actions::add);
            section.finish();
        }
        return actions;
    }

    /** Whether an action is the default one. The component's own {@code default} does not count. */
    static boolean isDefault(Section action, @Nullable Section component) {
        return action != component && action.node.entries().containsKey("default") && action.bool("default", false);
    }
}
