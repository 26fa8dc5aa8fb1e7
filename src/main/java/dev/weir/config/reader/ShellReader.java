package dev.weir.config.reader;

import dev.weir.Durations;
import dev.weir.binding.Bindings;
import dev.weir.binding.Source;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.config.ShellAction;
import dev.weir.config.ShellConfig;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code shell} components. */
final class ShellReader {
    private static final Template NOT_STREAMING = Template.parse(false);
    private static final Template NO_COMMAND = Template.parse(List.of());
    private static final String COMMAND_REMEDY = "write [program, argument, …], or a list of such lists; no shell runs";
    /** Programs that read a word of the command as a script. */
    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "zsh", "ksh", "cmd", "powershell", "pwsh");
    /** The fields of a result as the guide of model-compose writes them. */
    private static final Pattern BARE_FIELD = Pattern.compile("(?<!\\$)\\$\\{\\s*(stdout|stderr|exit_code)(?![\\w-])");

    private final Section component;

    ShellReader(Section component) {
        this.component = component;
    }

    ShellConfig read(String id, boolean isDefault) {
        Path folder = component.loading.baseDirectory;
        Path base = component
                .text("base_dir")
                .map(written -> folder.resolve(written).normalize())
                .orElse(folder);
        List<String> inherited = HttpServerReader.inherited(component);
        ShellConfig.Scripts scripts = scripts(base);
        List<ShellAction> actions = Actions.read(component, this::action);
        component.finish();
        return new ShellConfig(id, isDefault, base, inherited, scripts, actions, component.location());
    }

    private ShellConfig.Scripts scripts(Path base) {
        Optional<Section> manage = component.mapping("manage");
        Section outer = manage.orElse(component);
        Optional<Section> nested = manage.flatMap(section -> section.mapping("scripts"));
        Section scripts = nested.map(section -> section.within(outer)).orElse(outer);
        ShellConfig.Scripts read = new ShellConfig.Scripts(
                HttpServerReader.commands(scripts, "install"),
                HttpServerReader.commands(scripts, "clean"),
                manage.flatMap(section -> section.text("working_dir"))
                        .map(written -> base.resolve(written).normalize())
                        .orElse(base),
                manage.map(HttpServerReader::environment).orElse(Map.of()));
        nested.ifPresent(section -> scripts.finish());
        manage.ifPresent(Section::finish);
        return read;
    }

    private Optional<ShellAction> action(String id, Section action) {
        boolean several = isSeveral(action);
        Template command = command(action, several);
        Map<String, Template> environment = new LinkedHashMap<>(environment(component));
        environment.putAll(environment(action));
        Template streaming = ModelActionReader.checked(action, "streaming", ParameterRule.TRUTH);
        Template output = output(action);
        checkLines(action, streaming, output);
        return Optional.of(new ShellAction(
                id,
                Actions.isDefault(action, component),
                command == null ? NO_COMMAND : command,
                several,
                action.template("working_dir", SourceScope.ACTION_INPUT),
                environment,
                timeout(action),
                ModelActionReader.checked(action, "batch_size", ParameterRule.WHOLE_FROM_1),
                streaming == null ? NOT_STREAMING : streaming,
                output,
                action.location()));
    }

    /** Reports an output that reads the whole result of a command whose lines are given one by one. */
    private static void checkLines(Section action, @Nullable Template streaming, @Nullable Template output) {
        if (streaming != null
                && streaming.isConstant()
                && streaming.test(Bindings.empty())
                && output != null
                && output.references().stream().anyMatch(reference -> reference.source() == Source.RESULT)) {
            action.error(
                    "output",
                    "'result' does not exist where the lines are given one by one",
                    "write ${result[]} for each line, or remove 'streaming'");
        }
    }

    private static boolean isSeveral(Section action) {
        return action.find("command") instanceof YamlNode.Sequence commands
                && !commands.elements().isEmpty()
                && commands.elements().stream().allMatch(YamlNode.Sequence.class::isInstance);
    }

    private static @Nullable Template command(Section action, boolean several) {
        YamlNode node = action.find("command");
        if (node == null) {
            action.missing("command", COMMAND_REMEDY);
            return null;
        }
        if (!(node instanceof YamlNode.Sequence sequence)) {
            action.error("command", "must be a list of words, is " + node.kind(), COMMAND_REMEDY);
            return null;
        }
        List<YamlNode> commands = several ? sequence.elements() : List.of(sequence);
        if (!commands.stream().allMatch(command -> areWords((YamlNode.Sequence) command))) {
            action.error("command", "has a command that is not a list of words", COMMAND_REMEDY);
            return null;
        }
        Template template = action.template("command", SourceScope.ACTION_INPUT);
        if (template != null) {
            warnOfPrograms(action, template, several);
            commands.forEach(command -> warnOfScript(action, (YamlNode.Sequence) command));
        }
        return template;
    }

    private static boolean areWords(YamlNode.Sequence command) {
        return !command.elements().isEmpty()
                && command.elements().stream()
                        .allMatch(word -> word instanceof YamlNode.Scalar scalar && scalar.value() != null);
    }

    private static void warnOfPrograms(Section action, Template command, boolean several) {
        boolean variable = command.references().stream()
                .filter(reference -> reference.source() != Source.ENV)
                .map(reference -> reference.place().path())
                .anyMatch(path -> several
                        ? path.size() > 1 && path.get(1).equals(0)
                        : path.get(0).equals(0));
        if (variable) {
            warn(
                    action,
                    "the program of 'command' depends on the input of a run",
                    "write the program itself, and expressions only as its arguments");
        }
    }

    /** Warns of {@code [sh, -c, "… ${input.x} …"]}: the shell would run what the input says. */
    private static void warnOfScript(Section action, YamlNode.Sequence command) {
        List<String> words = command.elements().stream()
                .map(word -> String.valueOf(word.plain()))
                .toList();
        String program = words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
        if (words.size() > 2
                && SHELLS.contains(program)
                && words.get(1).matches("-\\w*c|/c|-Command")
                && words.get(2).matches("(?s).*\\$\\{\\s*input\\b.*")) {
            warn(
                    action,
                    "the script of '" + program + "' contains an input of a run, which the shell would execute",
                    "hand it over as an argument: [sh, -c, 'echo \"$1\"', sh, '${input.text}']");
        }
    }

    private static void warn(Section action, String message, String remedy) {
        action.loading.problems.warning(action.locationOf("command"), action.pathOf("command"), message, remedy);
    }

    private static Map<String, Template> environment(Section section) {
        Map<String, Template> environment = section.textTemplates("env", SourceScope.ACTION_INPUT);
        environment.keySet().removeIf(name -> {
            boolean wrong = name.isEmpty() || name.contains("=");
            if (wrong) {
                section.error("env", "'" + Printable.cut(name) + "' cannot be a variable's name", "write NAME: value");
            }
            return wrong;
        });
        return environment;
    }

    private static @Nullable Template timeout(Section action) {
        Template timeout = action.template("timeout", SourceScope.ACTION_INPUT);
        if (timeout != null && timeout.isConstant()) {
            String written = Values.text(timeout.render(Bindings.empty()));
            Optional<Duration> duration = Durations.parse(written);
            if (duration.isEmpty()) {
                action.error("timeout", "'" + Printable.cut(written) + "' is not a span of time", Durations.EXAMPLES);
            } else if (duration.get().isZero()) {
                action.error("timeout", "must be longer than 0", Durations.EXAMPLES);
            }
        }
        return timeout;
    }

    private static @Nullable Template output(Section action) {
        YamlNode node = action.find("output");
        if (node == null) {
            return null;
        }
        YamlNode whole = named(node);
        if (!whole.equals(node)) {
            action.loading.problems.warning(
                    action.locationOf("output"),
                    action.pathOf("output"),
                    "'stdout', 'stderr' and 'exit_code' are fields of 'result'",
                    "write ${result.stdout}");
        }
        return action.loading.template(whole, action.pathOf("output"), SourceScope.MODEL_OUTPUT);
    }

    /** The node with {@code ${stdout}} as {@code ${result.stdout}}. */
    private static YamlNode named(YamlNode node) {
        if (node instanceof YamlNode.Mapping mapping) {
            Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
            mapping.entries()
                    .forEach((key, entry) ->
                            entries.put(key, new YamlNode.Entry(entry.keyLocation(), named(entry.value()))));
            return new YamlNode.Mapping(mapping.location(), entries);
        } else if (node instanceof YamlNode.Sequence sequence) {
            return new YamlNode.Sequence(
                    sequence.location(),
                    sequence.elements().stream().map(ShellReader::named).toList());
        }
        YamlNode.Scalar scalar = (YamlNode.Scalar) node;
        return scalar.value() instanceof String text && BARE_FIELD.matcher(text).find()
                ? new YamlNode.Scalar(
                        BARE_FIELD.matcher(text).replaceAll("\\${result.$1"),
                        scalar.text(),
                        scalar.unquoted(),
                        scalar.source(),
                        scalar.start(),
                        scalar.location())
                : scalar;
    }
}
