package dev.weir.config.yaml;

import dev.weir.Excerpt;
import java.util.List;
import java.util.stream.Collectors;

/** Formats paths and values for problems. */
public final class Printable {
    private static final int LONGEST = 60;

    private Printable() {}

    /** A path within a template: {@code .messages[0].content}. */
    public static String suffix(List<Object> path) {
        return path.stream()
                .map(step -> step instanceof Integer ? "[" + step + "]" : "." + step)
                .collect(Collectors.joining());
    }

    /** Returns a text, cut if it is long. */
    public static String cut(String text) {
        return Excerpt.of(text, LONGEST);
    }
}
