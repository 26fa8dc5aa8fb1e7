package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ComposeConfig;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types of inputs that only their defaults tell. */
class DefaultTypesTest {
    @TempDir
    Path folder;

    private LoadResult.Loaded load(String body) throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), """
                workflow: {}
                component:
                  type: http-client
                  endpoint: http://localhost/
                  body: %s
                """.formatted(body));
        return (LoadResult.Loaded) ConfigReader.read(List.of(file), Map.of());
    }

    private static WorkflowSchema schema(LoadResult.Loaded loaded) {
        ComposeConfig config = loaded.config();
        return WorkflowSchema.of(config.defaultWorkflow().orElseThrow(), config);
    }

    private static String warnings(LoadResult.Loaded loaded) {
        return loaded.warnings().stream()
                .map(problem -> problem.location().line() + ":"
                        + problem.location().column() + " " + problem.path() + ": " + problem.message())
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', textBlock = """
            false                                % boolean % false
            true                                 % boolean % true
            5                                    % integer % 5
            -5                                   % integer % -5
            123456789012345678901234567890       % integer % 123456789012345678901234567890
            0.5                                  % number  % 0.5
            1e3                                  % number  % 1000
            text                                 % string  % '"text"'
            '''5'''                                 % string  % '"5"'
            null                                 % string  % null
            no                                   % string  % '"no"'
            ${input.other | 7}                   % integer % null
            ${input.other | ${env.SIZE | 7}}     % string  % null
            ${input.other as number}             % number  % null
            ${input.other}                       % string  % null
            ${input.other == 1}                  % boolean % null
            about ${input.other}                 % string  % null
            """)
    void aDefaultTypesItsInput(String written, String type, String value) throws IOException {
        WorkflowSchema.Variable variable =
                schema(load("{x: \"${input.x | " + written + "}\"}")).input().get(0);

        assertThat(variable.type()).hasToString(type);
        assertThat(Json.write(variable.defaultValue())).isEqualTo(value);
        assertThat(variable.declared()).isFalse();
        assertThat(variable.required()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '%', nullValues = "none", textBlock = """
            # first use             % second use            % type    % default
            ${input.x as text | 5}  % ${input.x | 7}        % text    % 5
            ${input.x | 5}          % ${input.x as number}  % number  % 5
            ${input.x}              % ${input.x as json}    % json    % none
            ${input.x}              % ${input.x | true}     % boolean % true
            ${input.x | 5}          % ${input.x | 7}        % integer % 5
            ${input.x | 5}          % ${input.x}            % integer % 5
            ${input.x | 5}          % ${input.x.deep | no}  % integer % 5
            ${input.x | a}          % ${input.x | false}    % string  % none
            ${input.x | 5}          % ${input.x | 0.5}      % string  % none
            """)
    void theFirstTypeAfterAsWinsOverTheDefaults(String first, String second, String type, String value)
            throws IOException {
        WorkflowSchema.Variable variable =
                schema(load("['" + first + "', '" + second + "']")).input().get(0);

        assertThat(variable.type().name()).isEqualTo(type);
        assertThat(variable.defaultValue() == null ? null : Json.write(variable.defaultValue()))
                .isEqualTo(value);
    }

    @Test
    void defaultsOfDifferentTypesAreWarnedOfAtTheirPlace() throws IOException {
        LoadResult.Loaded loaded = load("""

                    first: ${input.stream | false}
                    list: ['${input.stream | 0}']
                    other: ${input.n | 5}
                    again: ${input.n | 6}
                """);

        assertThat(schema(loaded).input())
                .extracting(each -> each.name() + ":" + each.type())
                .containsExactly("stream:string", "n:integer");
        assertThat(warnings(loaded))
                .isEqualTo(
                        "7:15 component.body.list[0]: the defaults of input.stream differ in type (boolean, integer):"
                                + " its type is string");
    }

    @Test
    void aTypeAfterAsEndsTheConflict() throws IOException {
        LoadResult.Loaded loaded = load("['${input.x | 5}', '${input.x | no}', '${input.x as integer | 1}']");

        assertThat(schema(loaded).input().get(0).type()).hasToString("integer");
        assertThat(loaded.warnings()).isEmpty();
    }
}
