package dev.weir.config;

import dev.weir.binding.EnvironmentVariables;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A whole configuration: every name in it resolves.
 *
 * @param components the components of the file and of jobs; the latter have ids made from the job's id
 * @param environment the referenced variables of the process and of {@code .env}
 * @param baseDirectory the folder of the first file, which resolves relative paths
 */
public record ComposeConfig(
        ControllerConfig controller,
        List<WorkflowConfig> workflows,
        List<ComponentConfig> components,
        EnvironmentVariables environment,
        Path baseDirectory) {

    public ComposeConfig {
        workflows = List.copyOf(workflows);
        components = List.copyOf(components);
    }

    /** The workflow with an id. */
    public Optional<WorkflowConfig> workflow(String id) {
        return workflows.stream().filter(workflow -> workflow.id().equals(id)).findFirst();
    }

    /** The only workflow, or the one with {@code default: true}. */
    public Optional<WorkflowConfig> defaultWorkflow() {
        return workflows.size() == 1
                ? Optional.of(workflows.get(0))
                : workflows.stream().filter(WorkflowConfig::isDefault).findFirst();
    }

    /** The component with an id. */
    public Optional<ComponentConfig> component(String id) {
        return components.stream()
                .filter(component -> component.id().equals(id))
                .findFirst();
    }
}
