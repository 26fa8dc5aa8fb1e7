package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.Version;
import dev.weir.cli.Commands.Result;
import dev.weir.config.schema.ConfigSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the command line. {@code -Dweir.help.write=true} writes the golden files again. */
class HelpTest {
    private static final Path GOLDENS = Path.of("src/test/resources/golden/help");

    @ParameterizedTest
    @ValueSource(strings = {"", "validate", "schema", "pull", "run", "up"})
    void helpIsAsInItsGoldenFile(String command) throws IOException {
        String[] words =
                Stream.of(command, "--help").filter(word -> !word.isEmpty()).toArray(String[]::new);
        Path golden = GOLDENS.resolve((command.isEmpty() ? "weir" : command) + ".txt");

        Result result = Commands.run(Map.of(), words);

        assertThat(result.status()).isZero();
        if (Boolean.getBoolean("weir.help.write")) {
            Files.createDirectories(GOLDENS);
            Files.writeString(golden, result.out());
        }
        assertThat(golden).hasContent(result.out());
    }

    @Test
    void theVersionNamesTheServer() {
        assertThat(Commands.run(Map.of(), "--version").out().lines().collect(Collectors.toList()))
                .containsExactly(
                        "weir " + Version.NUMBER,
                        "Payara Micro " + ServerBuild.read().version());
    }

    @Test
    void theSchemaIsThatOfTheApi() throws IOException {
        try (InputStream schema = ConfigSchema.open()) {
            assertThat(Commands.run(Map.of(), "schema").bytes()).isEqualTo(schema.readAllBytes());
        }
    }

    @Test
    void completionIsAScriptForAllCommands() {
        assertThat(Commands.run(Map.of(), "generate-completion").out())
                .startsWith("#!/usr/bin/env bash")
                .contains("validate", "schema", "pull", "run", "up");
    }
}
