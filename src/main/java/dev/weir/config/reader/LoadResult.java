package dev.weir.config.reader;

import dev.weir.binding.EnvironmentVariables;
import dev.weir.config.ComposeConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.yaml.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The result of reading configuration files: a configuration, or all their problems. */
public sealed interface LoadResult {

    /** Returns the further files that the configuration names, whether or not they exist. */
    List<Path> files();

    /** The configuration can be run. {@code moreWarnings} is the number of warnings that are not kept. */
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
     * @param moreProblems the number of further problems, which are not kept
     * @param warnings as in {@link Loaded}
     * @param moreWarnings the number of further warnings, which are not kept
     * @param controller the controller, as far as it could be read; empty if no file could
     * @param environment masks the secrets in messages about the configuration
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
