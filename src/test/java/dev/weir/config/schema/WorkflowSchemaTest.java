package dev.weir.config.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.config.ComposeConfig;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkflowSchemaTest {
    @TempDir
    Path folder;

    private WorkflowSchema schema(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("model-compose.yml"), text);
        ComposeConfig config = ((LoadResult.Loaded) ConfigReader.read(List.of(file), Map.of())).config();
        return WorkflowSchema.of(config.defaultWorkflow().orElseThrow(), config);
    }

    private static String described(List<WorkflowSchema.Variable> variables) {
        return Json.write(
                variables.stream().map(WorkflowSchema.Variable::describe).toList());
    }

    @Test
    void inputsAreFoundInTheActionOfAJobThatHandsItsInputOn() throws IOException {
        WorkflowSchema schema = schema("""
                workflow:
                  output: ${output as text;sse-text}
                component:
                  type: http-client
                  base_url: http://${input.host | localhost}
                  path: /${input.id as integer}
                  headers: {X-Key: '${env.KEY | none}'}
                  body:
                    prompt: ${input.prompt as text @(description What to write about)}
                    again: ${input.prompt as integer}
                    size: ${input.size as select/small,large | small}
                    level: ${input.level as slider/0,10,0.5 | 5}
                    image: ${input.image as image/png;base64}
                    style: ${input.style | ${input.mood}}
                """);

        assertThat(described(schema.input()))
                .isEqualTo("[{\"name\":\"host\",\"type\":\"string\",\"default\":\"localhost\"},"
                        + "{\"name\":\"id\",\"type\":\"integer\",\"required\":true},"
                        + "{\"name\":\"prompt\",\"type\":\"text\",\"required\":true,\"annotations\":{\"description\":\"What to write about\"}},"
                        + "{\"name\":\"size\",\"type\":\"select\",\"subtype\":\"small,large\",\"default\":\"small\","
                        + "\"options\":[\"small\",\"large\"]},"
                        + "{\"name\":\"level\",\"type\":\"slider\",\"subtype\":\"0,10,0.5\",\"default\":5,"
                        + "\"minimum\":0,\"maximum\":10,\"step\":0.5},"
                        + "{\"name\":\"image\",\"type\":\"image\",\"subtype\":\"png\",\"format\":\"base64\",\"required\":true},"
                        + "{\"name\":\"style\",\"type\":\"string\"},{\"name\":\"mood\",\"type\":\"string\"}]");
        assertThat(described(schema.output())).isEqualTo("[{\"name\":null,\"type\":\"text\",\"format\":\"sse-text\"}]");
    }

    @Test
    void aJobsOwnInputHidesThatOfItsAction() throws IOException {
        WorkflowSchema schema = schema("""
                workflow:
                  jobs:
                    - id: a
                      input: {text: '${input.question as text}'}
                      condition: ${input.ask as boolean | true}
                    - id: b
                      input: ${input}
                      depends_on: a
                component: {type: http-client, endpoint: 'http://localhost/', body: '${input.text}'}
                """);

        assertThat(schema.input()).extracting(WorkflowSchema.Variable::name).containsExactly("ask", "question", "text");
        assertThat(described(schema.output())).isEqualTo("[{\"name\":null,\"type\":\"any\"}]");
    }

    @Test
    void outputsAreThePartsOfTheLastJobsOutput() throws IOException {
        WorkflowSchema schema = schema("""
                workflow:
                  jobs:
                    - id: a
                    - id: b
                      depends_on: a
                      output: {title: '${output.title as text}', tags: ['${output.tag}']}
                component: {type: http-client, endpoint: 'http://localhost/', output: '${response.x as json}'}
                """);

        assertThat(described(schema.output()))
                .isEqualTo("[{\"name\":\"title\",\"type\":\"text\"},{\"name\":\"tags[0]\",\"type\":\"string\"}]");
    }

    @Test
    void aWorkflowThatTakesItsInputAsAWholeHasOneNamelessVariable() throws IOException {
        WorkflowSchema schema = schema("""
                workflow: {}
                component: {type: http-client, endpoint: 'http://localhost/', body: '${input as json}'}
                """);

        assertThat(described(schema.input())).isEqualTo("[{\"name\":null,\"type\":\"json\",\"required\":true}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                        |",
                "null                                      |",
                "{\"size\":\"small\",\"level\":3,\"n\":\"4\"}    |",
                "{\"size\":null,\"level\":\"10\"}              |",
                "{\"size\":\"huge\"}      | input.size cannot be 'huge' (a text): it must be one of small, large",
                "{\"level\":11}          | input.level cannot be 11 (a number): it must be from 0 to 10",
                "{\"level\":\"loud\"}      | input.level cannot be 'loud' (a text): it must be of type slider",
                "{\"n\":[1]}             | input.n cannot be [1] (a list): it must be of type integer",
                "{\"size\":1,\"n\":\"x\"}    | input.size cannot be 1 (a number): it must be one of small, large; input.n cannot be 'x' (a text): it must be of type integer"
            })
    void anInputIsCheckedAgainstItsDeclarations(String input, String problem) throws IOException {
        InputValidation validation = InputValidation.of(schema("""
                workflow: {}
                component:
                  type: http-client
                  endpoint: http://localhost/
                  body:
                    size: ${input.size as select/small,large | small}
                    level: ${input.level as slider/0,10}
                    n: ${input.n as integer}
                    free: ${input.free}
                """));

        if (problem == null) {
            assertThatCode(() -> validation.check(Json.parse(input))).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> validation.check(Json.parse(input)))
                    .hasMessage(problem)
                    .extracting(e -> ((WeirException) e).code())
                    .isEqualTo(ErrorCode.INVALID_INPUT);
        }
    }
}
