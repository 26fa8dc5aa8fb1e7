package dev.weir.config.yaml;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Remedies for text that is not YAML, by the usual mistake. */
final class YamlRemedies {
    private YamlRemedies() {}

    static String of(@Nullable String problem, @Nullable String context) {
        String told = ((context == null ? "" : context) + ' ' + problem).toLowerCase(Locale.ROOT);
        if (told.contains("\\t(tab)")) {
            return "indent with spaces";
        }
        if (told.contains("flow mapping") || told.contains("flow sequence")) {
            return "close the bracket, and quote texts with ${…} between brackets";
        }
        if (told.contains("mapping values are not allowed")) {
            return "check the indentation, and quote a text that holds ': '";
        }
        if (told.contains("cannot start any token")) {
            return "quote a text that starts with this character";
        }
        if (told.contains("quoted scalar")) {
            return told.contains("escape") ? "double the backslash, or use single quotes" : "close the quote";
        }
        if (told.contains("single document")) {
            return "put each configuration in its own file";
        }
        if (told.contains("undefined alias")) {
            return "define it with &, or quote a text that starts with '*'";
        }
        return "check the indentation and the quotes";
    }
}
