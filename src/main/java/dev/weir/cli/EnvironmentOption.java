package dev.weir.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Variables of a configuration that are given on the command line. */
final class EnvironmentOption {
    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "A variable of the configuration; it replaces the one of the process and of .env.")
    private Map<String, String> variables = new LinkedHashMap<>();

    /** The variables that are given. */
    Map<String, String> given() {
        return variables;
    }

    /** The variables of the process, with those that are given. */
    Map<String, String> over(Map<String, String> process) {
        Map<String, String> merged = new LinkedHashMap<>(process);
        merged.putAll(variables);
        return merged;
    }
}
