package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.util.List;

/**
 * A component, or a job's work, that model-compose has and Weir has not. It is registered as failed. Its keys are not read,
 * so a job may name any action.
 *
 * @param reason the missing part, for health and for each call
 */
public record UnavailableConfig(String id, String type, boolean isDefault, String reason, Location location)
        implements ComponentConfig {

    @Override
    public List<ActionConfig> actions() {
        return List.of();
    }
}
