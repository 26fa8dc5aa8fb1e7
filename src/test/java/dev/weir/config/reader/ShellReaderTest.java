package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ShellConfig;
import dev.weir.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellReaderTest {
    private static final String PROGRAM = "the program of 'command' depends on the input of a run";
    private static final String FIELDS = "'stdout', 'stderr' and 'exit_code' are fields of 'result'";

    @TempDir
    Path folder;

    private LoadResult.Loaded loaded(String keys) throws IOException {
        Path file = Files.writeString(
                folder.resolve("model-compose.yml"),
                "workflow: {title: t}\ncomponent:\n  type: shell\n" + keys.indent(2));
        return (LoadResult.Loaded) ConfigReader.read(List.of(file), Map.of("TOOL", "jq"));
    }

    private List<String> warnings(String keys) throws IOException {
        return loaded(keys).warnings().stream().map(Problem::message).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ['${input.tool}', x]
            ['/bin/${input.tool}', x]
            [[ls], ['${input.tool}']]
            """)
    void aProgramThatDependsOnAnInputIsAWarning(String command) throws IOException {
        assertThat(warnings("command: " + command)).containsExactly(PROGRAM);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [ls, '${input.tool}']
            ['${env.TOOL}', '${input.x}']
            [[ls, '${input.a}'], ['${env.TOOL}', '${input.b}']]
            [sh, -c, 'echo "$1"', sh, '${input.x}']
            [sh, '${input.x}', -c]
            """)
    void argumentsAndFixedProgramsAreNone(String command) throws IOException {
        assertThat(warnings("command: " + command)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [sh, -c, 'echo ${input.x}']      | sh
            [/bin/bash, -lc, '${ input }']   | bash
            [[ls], [cmd, /c, '${input.x}']]  | cmd
            """)
    void anInputInTheScriptOfAShellIsAWarning(String command, String shell) throws IOException {
        assertThat(warnings("command: " + command))
                .containsExactly(
                        "the script of '" + shell + "' contains an input of a run, which the shell would execute");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ${stdout}                    | ${result.stdout}
            '${ stderr as text } $${stdout}' | ${result.stderr as text } $${stdout}
            {a: ['${exit_code}']}        | {"a":["${result.exit_code}"]}
            """)
    void bareFieldsAreReadAsFieldsOfTheResult(String output, String read) throws IOException {
        LoadResult.Loaded loaded = loaded("command: [ls]\noutput: " + output);
        ShellConfig config = (ShellConfig) loaded.config().components().get(0);

        assertThat(loaded.warnings()).extracting(Problem::message).containsExactly(FIELDS);
        assertThat(String.valueOf(config.actions().get(0).output())).isEqualTo(read);
    }

    @Test
    void foldersAreThoseOfTheComponent() throws IOException {
        ShellConfig config = (ShellConfig) loaded("""
                base_dir: tools/../bin
                manage: {install: [make], working_dir: made}
                command: [ls]
                """).config().components().get(0);

        assertThat(config.baseDirectory()).isEqualTo(folder.resolve("bin"));
        assertThat(config.manage().workingDirectory()).isEqualTo(folder.resolve("bin/made"));
        assertThat(config.manage().install()).containsExactly(List.of("make"));
    }
}
