package dev.weir.workflow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether runs can be served now.
 *
 * @param problems what is wrong with the configuration; nothing is served unless this is empty
 * @param loading the components that will be able to serve; runs wait for them
 * @param failed the components that cannot serve, and why; the others do
 */
public record Health(List<String> problems, List<Loading> loading, Map<String, String> failed) {
    /**
     * A component that will be able to serve.
     *
     * @param file the file that it downloads; empty for none
     * @param percent how much of that is there
     */
    public record Loading(String component, String file, int percent) {
        @Override
        public String toString() {
            return file.isEmpty() ? component : component + " (" + file + ", " + percent + " %)";
        }
    }

    public Health {
        problems = List.copyOf(problems);
        loading = List.copyOf(loading);
        failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed));
    }

    /** True if the configuration is served and no component still loads. */
    public boolean ready() {
        return problems.isEmpty() && loading.isEmpty();
    }
}
