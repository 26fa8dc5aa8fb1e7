package dev.weir.config;

import dev.weir.binding.EnvironmentVariables;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole configuration: every name in it resolves. Immutable. */
public final class ComposeConfig {
    private final ControllerConfig controller;
    private final List<WorkflowConfig> workflows;
    private final List<ComponentConfig> components;
    private final EnvironmentVariables environment;
    private final Path baseDirectory;
    private final Map<String, WorkflowConfig> workflowsById = new HashMap<>();
    private final Map<String, ComponentConfig> componentsById = new HashMap<>();

    /**
     * Makes a configuration.
     *
     * @param components the components of the file and of jobs; the latter have ids made from the job's id
     * @param environment the referenced variables of the process and of {@code .env}
     * @param baseDirectory the folder of the first file, which resolves relative paths
     */
    public ComposeConfig(
            ControllerConfig controller,
            List<WorkflowConfig> workflows,
            List<ComponentConfig> components,
            EnvironmentVariables environment,
            Path baseDirectory) {
        this.controller = controller;
        this.workflows = List.copyOf(workflows);
        this.components = List.copyOf(components);
        this.environment = environment;
        this.baseDirectory = baseDirectory;
        workflows.forEach(workflow -> workflowsById.putIfAbsent(workflow.id(), workflow));
        components.forEach(component -> componentsById.putIfAbsent(component.id(), component));
    }

    /** The settings of the server. */
    public ControllerConfig controller() {
        return controller;
    }

    /** The workflows, in the order of the files. */
    public List<WorkflowConfig> workflows() {
        return workflows;
    }

    /** The components of the files and of jobs. */
    public List<ComponentConfig> components() {
        return components;
    }

    /** The referenced variables of the process and of {@code .env}. */
    public EnvironmentVariables environment() {
        return environment;
    }

    /** The folder of the first file, which resolves relative paths. */
    public Path baseDirectory() {
        return baseDirectory;
    }

    /** The workflow with an id. */
    public Optional<WorkflowConfig> workflow(String id) {
        return Optional.ofNullable(workflowsById.get(id));
    }

    /** The only workflow, or the one with {@code default: true}. */
    public Optional<WorkflowConfig> defaultWorkflow() {
        return workflows.size() == 1
                ? Optional.of(workflows.get(0))
                : workflows.stream().filter(WorkflowConfig::isDefault).findFirst();
    }

    /** The component with an id. */
    public Optional<ComponentConfig> component(String id) {
        return Optional.ofNullable(componentsById.get(id));
    }
}
