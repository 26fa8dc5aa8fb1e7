package dev.weir.config;

import dev.weir.binding.EnvironmentVariables;
import java.util.List;
import java.util.Optional;

/** What comes of reading configuration files: a configuration, or the whole list of what is wrong with them. */
public sealed interface LoadResult {

    /** The configuration can be run; {@code warnings} name what in it has no effect. */
    record Loaded(ComposeConfig config, List<Problem> warnings) implements LoadResult {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The configuration cannot be run.
     *
     * @param problems every problem of every file, by file and line; never empty
     * @param warnings as of a configuration that can be run
     * @param controller how it would be served, as far as that could be read; empty if no file could
     * @param environment masks the secrets in what is said about it
     */
    record Rejected(
            List<Problem> problems,
            List<Problem> warnings,
            Optional<ControllerConfig> controller,
            EnvironmentVariables environment)
            implements LoadResult {
        public Rejected {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }
}
