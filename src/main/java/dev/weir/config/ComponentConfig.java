package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.util.List;
import java.util.Optional;

/** A component: it runs actions. */
public sealed interface ComponentConfig
        permits HttpClientConfig,
                HttpServerConfig,
                ModelConfig,
                ShellConfig,
                SplitterConfig,
                UnavailableConfig,
                WorkflowComponentConfig {

    /** Unique in the configuration. */
    String id();

    /** The {@code type} as written in the configuration, such as {@code http-client}. */
    String type();

    /** Whether a job that names no component uses this one. The only component is always the default. */
    boolean isDefault();

    /** At least one; none if the component is unavailable. */
    List<? extends ActionConfig> actions();

    /** The component's place in the configuration. */
    Location location();

    /** The action with an id. */
    default Optional<? extends ActionConfig> action(String id) {
        return actions().stream().filter(action -> action.id().equals(id)).findFirst();
    }
}
