package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One use of a {@code shell} component.
 *
 * @param command a list of words: the program, then its arguments; or a list of such lists
 * @param several whether {@code command} is a list of lists
 * @param workingDirectory against the component's folder; null for that folder
 * @param environment the variables of the component and the action, the action's last
 * @param timeout a span of time; null for the default
 * @param batchSize the most commands at the same time; null for one
 * @param streaming whether the lines of the output are given one by one; a boolean
 */
public record ShellAction(
        String id,
        boolean isDefault,
        Template command,
        boolean several,
        @Nullable Template workingDirectory,
        Map<String, Template> environment,
        @Nullable Template timeout,
        @Nullable Template batchSize,
        Template streaming,
        @Nullable Template output,
        Location location)
        implements ActionConfig {

    public ShellAction {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }
}
