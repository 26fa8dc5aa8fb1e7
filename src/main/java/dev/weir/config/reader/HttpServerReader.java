package dev.weir.config.reader;

import dev.weir.config.HttpAction;
import dev.weir.config.HttpServerConfig;
import dev.weir.config.HttpServerConfig.HealthCheck;
import dev.weir.config.HttpServerConfig.ManagedCommand;
import dev.weir.config.HttpTransport;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the settings of an {@code http-server} component other than its actions: commands, port, health check. */
final class HttpServerReader {
    private static final int DEFAULT_PORT = 8000;
    private static final String INHERITED = "inherit_environment";

    private final Section section;
    private final int port;
    private final String basePath;
    private final @Nullable ManagedCommand process;
    private final @Nullable HealthCheck healthCheck;
    private final Duration startTimeout;

    HttpServerReader(Section section) {
        this.section = section;
        this.port = section.integer("port", 1, ControllerReader.MAX_PORT).orElse(DEFAULT_PORT);
        this.basePath =
                section.text("base_path").map(ControllerReader::normalised).orElse("");
        this.process = process();
        this.healthCheck = section.mapping("healthcheck")
                .map(HttpServerReader::healthCheck)
                .orElse(null);
        checkPath(section, "base_path", basePath);
        this.startTimeout = section.positiveDuration("start_timeout").orElse(Duration.ofMinutes(5));
    }

    /** Returns the component; null without a command to start. */
    @Nullable
    HttpServerConfig read(String id, boolean isDefault, HttpTransport transport, List<HttpAction> actions) {
        return process == null
                ? null
                : new HttpServerConfig(
                        id,
                        isDefault,
                        port,
                        basePath,
                        process,
                        healthCheck,
                        startTimeout,
                        transport,
                        actions,
                        section.location());
    }

    private @Nullable ManagedCommand process() {
        Section manage =
                section.mapping("manage").map(inner -> inner.within(section)).orElse(section);
        Section scripts =
                manage.mapping("scripts").map(inner -> inner.within(manage)).orElse(manage);
        List<List<String>> start = commands(scripts, "start");
        ManagedCommand command = new ManagedCommand(
                commands(scripts, "install"),
                commands(scripts, "build"),
                commands(scripts, "clean"),
                start,
                workingDirectory(manage),
                environment(manage),
                inherited(manage));
        if (scripts != manage) {
            scripts.finish();
        }
        if (manage != section) {
            manage.finish();
        }
        if (start.isEmpty() && !scripts.has("start")) {
            section.missing(
                    "start", "write the command as a list of words; a service that runs already is an http-client");
        }
        return start.isEmpty() ? null : command;
    }

    private Path workingDirectory(Section manage) {
        Path base = section.loading.baseDirectory;
        Path directory =
                manage.text("working_dir").map(base::resolve).orElse(base).normalize();
        boolean written = manage.text("working_dir")
                .filter(text -> Path.of(text).isAbsolute())
                .isPresent();
        if (!written && !directory.startsWith(base)) {
            manage.error(
                    "working_dir",
                    "'" + Printable.cut(base.relativize(directory).toString())
                            + "' leads out of the configuration's folder",
                    "write a folder in it, or the whole path of another");
        }
        return directory;
    }

    /** Reads the listed names; {@code true} means all. */
    static List<String> inherited(Section manage) {
        if (manage.find(INHERITED) instanceof YamlNode.Scalar scalar && Section.booleanOf(scalar.value()) != null) {
            return manage.bool(INHERITED, false) ? List.of("*") : List.of();
        }
        List<String> names = manage.texts(INHERITED);
        for (String name : names) {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*\\*?|\\*")) {
                manage.error(
                        INHERITED,
                        "'" + Printable.cut(name) + "' is not a variable's name",
                        "list names such as HF_HOME or CUDA_*, or write true for all");
            }
        }
        manage.loading.inherits(names);
        return names;
    }

    static Map<String, String> environment(Section manage) {
        Map<String, String> variables = new LinkedHashMap<>();
        manage.mapping("env")
                .ifPresent(env -> env.node
                        .entries()
                        .keySet()
                        .forEach(name -> variable(env, name).ifPresent(value -> variables.put(name, value))));
        return variables;
    }

    private static Optional<String> variable(Section env, String name) {
        if (name.isEmpty() || name.contains("=")) {
            env.error(name, "'" + Printable.cut(name) + "' cannot be a variable's name", "write NAME: value");
            return Optional.empty();
        }
        return env.text(name);
    }

    /** One command as a list of words, or several as a list of such lists. */
    static List<List<String>> commands(Section scripts, String key) {
        YamlNode value = scripts.find(key);
        if (value instanceof YamlNode.Sequence sequence
                && !sequence.elements().isEmpty()
                && sequence.elements().stream().allMatch(element -> element instanceof YamlNode.Sequence)) {
            return scripts.textLists(key);
        }
        if (value != null && !(value instanceof YamlNode.Sequence)) {
            scripts.error(
                    key, "must be a list of words, is " + value.kind(), "write [command, argument, …]; no shell runs");
            return List.of();
        }
        List<String> words = scripts.texts(key);
        return words.isEmpty() ? List.of() : List.of(words);
    }

    private static void checkPath(Section section, String key, String path) {
        try {
            new URI("http://localhost" + path);
        } catch (URISyntaxException e) {
            section.error(
                    key,
                    "'" + Printable.cut(path) + "' cannot stand in a URL: " + e.getReason(),
                    "write other characters as %XX");
        }
    }

    private static HealthCheck healthCheck(Section section) {
        String path = section.text("path")
                .map(written -> written.startsWith("/") ? written : "/" + written)
                .orElse("/");
        checkPath(section, "path", path);
        HealthCheck check = new HealthCheck(
                path,
                section.positiveDuration("interval").orElse(Duration.ofSeconds(5)),
                section.positiveDuration("timeout").orElse(Duration.ofSeconds(5)),
                section.integer("retries", 1, 1000).orElse(3),
                section.duration("start_period").orElse(Duration.ZERO));
        section.finish();
        return check;
    }
}
