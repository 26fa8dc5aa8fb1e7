package dev.weir.cli;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.config.yaml.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A problem of a configuration as it is reported: without secrets.
 *
 * @param path as in {@link Problem}; may be empty
 * @param remedy may be empty
 */
record Finding(Path file, int line, int column, Severity severity, String path, String message, String remedy) {

    /** The effect of a problem. */
    enum Severity {
        /** The configuration is not served. */
        ERROR("error"),
        /** The configuration is served, but not as it reads. */
        WARNING("warning");

        private final String word;

        Severity(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /**
     * The problems of one configuration.
     *
     * @param more the number of further problems, which were not kept
     */
    record Findings(List<Finding> all, int more) {
        Findings {
            all = List.copyOf(all);
        }

        boolean has(Severity severity) {
            return all.stream().anyMatch(finding -> finding.severity() == severity);
        }
    }

    /** Reads the files as one configuration, and returns its problems: errors first, each by file and line. */
    static Findings of(List<Path> files, Map<String, String> environment) {
        return of(ConfigReader.read(files, environment));
    }

    static Findings of(LoadResult result) {
        List<Finding> all = new ArrayList<>();
        if (result instanceof LoadResult.Rejected rejected) {
            add(rejected.problems(), Severity.ERROR, rejected.environment(), all);
            add(rejected.warnings(), Severity.WARNING, rejected.environment(), all);
            return new Findings(all, rejected.moreProblems() + rejected.moreWarnings());
        }
        LoadResult.Loaded loaded = (LoadResult.Loaded) result;
        add(loaded.warnings(), Severity.WARNING, loaded.config().environment(), all);
        return new Findings(all, loaded.moreWarnings());
    }

    private static void add(
            List<Problem> problems, Severity severity, EnvironmentVariables environment, List<Finding> all) {
        for (Problem problem : problems) {
            all.add(new Finding(
                    problem.location().file(),
                    problem.location().line(),
                    problem.location().column(),
                    severity,
                    environment.mask(problem.path()),
                    environment.mask(problem.message()),
                    environment.mask(problem.remedy())));
        }
    }

    /** The path and the message. */
    String text() {
        return path.isEmpty() ? message : path + ": " + message;
    }

    /** One line for a person and for editors, and the remedy on a second line. */
    String text(Terminal terminal) {
        Terminal.Colour colour = severity == Severity.ERROR ? Terminal.Colour.RED : Terminal.Colour.YELLOW;
        return file + ":" + line + ":" + column + ": " + terminal.coloured(colour, severity.word() + ":") + " " + text()
                + "\n" + (remedy.isEmpty() ? "" : "    " + remedy + "\n");
    }
}
