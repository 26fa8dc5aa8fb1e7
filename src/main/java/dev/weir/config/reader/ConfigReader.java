package dev.weir.config.reader;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.config.ComposeConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.InputConflict;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.ProblemList;
import dev.weir.config.yaml.YamlNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a configuration, and reports all its problems at once. */
public final class ConfigReader {
    private static final String EXTENSION = "x-";

    private final Section root;
    private final ReadContext loading;

    private ConfigReader(Section root) {
        this.root = root;
        this.loading = root.loading;
    }

    /**
     * Reads and merges files. Later files have precedence.
     *
     * @param files at least one; {@code .env} is looked for beside the first
     * @param environment the variables of the process, which have precedence over those of {@code .env}
     */
    public static LoadResult read(List<Path> files, Map<String, String> environment) {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no configuration file is named");
        }
        ProblemList problems = new ProblemList();
        Path base = Optional.ofNullable(
                        files.get(0).toAbsolutePath().normalize().getParent())
                .orElse(Path.of("/"));
        Map<String, String> file = DotEnv.read(base, problems);
        EnvironmentVariables variables = EnvironmentVariables.of(environment, file);
        YamlNode.Mapping root = new ConfigFiles(problems).read(files);
        ReadContext loading = new ReadContext(problems, variables, base);
        loading.keepSecret(PlainSecrets.of(file));
        loading.keepSecret(PlainSecrets.of(environment));
        if (root != null) {
            loading.keepSecret(PlainSecrets.of(root));
        }
        Optional<ComposeConfig> config = root == null
                ? Optional.empty()
                : Optional.of(new ConfigReader(new Section(root, "", loading, null)).config());
        loading.warnOfMissingVariables();
        return config.isPresent() && !problems.hasErrors()
                ? new LoadResult.Loaded(config.get(), problems.warnings(), problems.moreWarnings(), loading.files())
                : new LoadResult.Rejected(
                        problems.errors(),
                        problems.moreErrors(),
                        problems.warnings(),
                        problems.moreWarnings(),
                        config.map(ComposeConfig::controller),
                        loading.referencedEnvironment(),
                        loading.files());
    }

    private ComposeConfig config() {
        ControllerConfig controller =
                root.mapping("controller").map(ControllerReader::read).orElse(ControllerConfig.DEFAULT);
        ComponentReader components = new ComponentReader();
        components.readAll(root);
        List<WorkflowConfig> workflows = new WorkflowReader(components, controller).readAll(root);
        components.checkPorts(loading.problems);
        WorkflowComponentReader.check(workflows, components.components(), loading.problems);
        ComposeWords.TOP_LEVEL_KEY.foreign().stream()
                .filter(root::has)
                .forEach(key ->
                        root.warning(key, ComposeWords.TOP_LEVEL_KEY.message(key), "the rest of the file serves"));
        root.node.entries().keySet().stream()
                .filter(key -> key.startsWith(EXTENSION))
                .forEach(root::has);
        root.finish();
        ComposeConfig config = new ComposeConfig(
                controller, workflows, components.components(), loading.referencedEnvironment(), loading.baseDirectory);
        for (WorkflowConfig workflow : workflows) {
            InputConflict.of(workflow, config).forEach(conflict -> warn(conflict, workflow));
        }
        return config;
    }

    private void warn(InputConflict conflict, WorkflowConfig workflow) {
        String input = conflict.name().isEmpty() ? "the input" : "input." + Printable.cut(conflict.name());
        loading.problems.warning(
                loading.locationOf(conflict.template(), conflict.reference()).orElse(workflow.location()),
                loading.pathOf(conflict.template(), conflict.reference()),
                "the defaults of " + input + " differ in type (" + conflict.type() + ", " + conflict.other()
                        + "): its type is string",
                "write the type after 'as'");
    }
}
