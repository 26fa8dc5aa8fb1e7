package dev.weir.component.workflow;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.component.Component;
import dev.weir.component.ComponentProvider;
import dev.weir.config.WorkflowComponentConfig;
import jakarta.enterprise.context.ApplicationScoped;

/** Makes the components of type {@code workflow}. */
@ApplicationScoped
public class WorkflowProvider implements ComponentProvider<WorkflowComponentConfig> {

    @Override
    public Class<WorkflowComponentConfig> configuration() {
        return WorkflowComponentConfig.class;
    }

    @Override
    public Component create(WorkflowComponentConfig config, EnvironmentVariables environment) {
        return new WorkflowComponent(config);
    }
}
