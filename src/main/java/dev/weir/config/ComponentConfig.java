package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.util.List;
import java.util.Optional;

/** A component: something that can run actions. */
public sealed interface ComponentConfig permits HttpClientConfig, HttpServerConfig, ModelConfig {

    /** Unique in the configuration. */
    String id();

    /** The {@code type} as written in the configuration, such as {@code http-client}. */
    String type();

    /** Whether a job that names no component means this one, if it is not the only one anyway. */
    boolean isDefault();

    /** At least one. */
    List<? extends ActionConfig> actions();

    /** Where it is written. */
    Location location();

    /** The action with an id. */
    default Optional<? extends ActionConfig> action(String id) {
        return actions().stream().filter(action -> action.id().equals(id)).findFirst();
    }
}
