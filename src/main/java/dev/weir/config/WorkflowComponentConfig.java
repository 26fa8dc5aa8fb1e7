package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.util.List;

/** A component that runs workflows of the same configuration. */
public record WorkflowComponentConfig(String id, boolean isDefault, List<WorkflowAction> actions, Location location)
        implements ComponentConfig {
    public static final String TYPE = "workflow";

    public WorkflowComponentConfig {
        actions = List.copyOf(actions);
    }

    @Override
    public String type() {
        return TYPE;
    }
}
