package dev.weir.config;

import dev.weir.Excerpt;
import java.util.List;
import java.util.stream.Collectors;

/** How paths and values appear in problems. */
final class Shown {
    private static final int LONGEST = 60;

    private Shown() {}

    /** A path within a template: {@code .messages[0].content}. */
    static String suffix(List<Object> path) {
        return path.stream()
                .map(step -> step instanceof Integer ? "[" + step + "]" : "." + step)
                .collect(Collectors.joining());
    }

    /** A text, without its end if it is long. */
    static String cut(String text) {
        return Excerpt.of(text, LONGEST);
    }
}
