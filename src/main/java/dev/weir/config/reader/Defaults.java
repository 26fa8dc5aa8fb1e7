package dev.weir.config.reader;

import java.util.List;

/** Checks that at most one of several items has {@code default: true}. */
final class Defaults {
    private Defaults() {}

    /** Reports every default but the first. */
    static void checkOne(List<Shapes.Item> items) {
        List<Shapes.Item> defaults = items.stream()
                .filter(item -> item.section().bool("default", false))
                .toList();
        for (Shapes.Item further : defaults.stream().skip(1).toList()) {
            further.section()
                    .error(
                            "default",
                            "'" + defaults.get(0).id() + "' is the default already",
                            "leave default: true at one of them");
        }
    }
}
