package dev.weir.config.reader;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.config.ComposeConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.yaml.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What comes of reading configuration files: a configuration, or the whole list of what is wrong with them. */
public sealed interface LoadResult {

    /** The further files that the configuration names and that were to be read with it, be they there or not. */
    List<Path> files();

    /** The configuration can be run; {@code warnings} name what in it has no effect; of {@code moreWarnings} nothing is kept. */
    record Loaded(ComposeConfig config, List<Problem> warnings, int moreWarnings, List<Path> files)
            implements LoadResult {
        public Loaded {
            warnings = List.copyOf(warnings);
            files = List.copyOf(files);
        }
    }

    /**
     * The configuration cannot be run.
     *
     * @param problems the problems of all files, by file and line; never empty
     * @param moreProblems how many there are besides, of which nothing is kept
     * @param warnings as of a configuration that can be run
     * @param moreWarnings how many there are besides
     * @param controller how it would be served, as far as that could be read; empty if no file could
     * @param environment masks the secrets in what is said about it
     */
    record Rejected(
            List<Problem> problems,
            int moreProblems,
            List<Problem> warnings,
            int moreWarnings,
            Optional<ControllerConfig> controller,
            EnvironmentVariables environment,
            List<Path> files)
            implements LoadResult {
        public Rejected {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
            files = List.copyOf(files);
        }
    }
}
