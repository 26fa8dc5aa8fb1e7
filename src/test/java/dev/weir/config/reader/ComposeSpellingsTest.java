package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.provider.ValueSource;

/** A further spelling of model-compose gives the same configuration as the usual one, or a warning. */
class ComposeSpellingsTest {
    private static final String HTTP = "component: {type: http-client, endpoint: 'http://x/', id: c}\n";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: random-router, routes: [{id: a}, {id: b}]} | {type: random-router, routings: [{to: a}, {to: b}]}
            {type: random-router, mode: weighted, routes: [{id: a, weight: 2}]} | {type: random-router, mode: weighted, routings: [{to: a, weight: 2}]}
            {type: if, conditions: [{operator: eq, value: 1, if_true: a}]} | {type: if, operator: eq, value: 1, if_true: a}
            {depends_on: [[a, b]]}                            | {depends_on: [a, b]}
            {depends_on: [a, [b]]}                            | {depends_on: [a, b]}
            """)
    void aJobMeansTheSame(String spelling, String usual) throws IOException {
        assertThat(jobs(spelling)).isEqualTo(jobs(usual));
    }

    private String jobs(String job) throws IOException {
        return shape(loaded("workflow: {jobs: {j: " + job + ", a: {}, b: {}}}\n" + HTTP));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            random-router, routings: [{to: a, weight: 2}, {to: b}] | 'weight' has no effect without 'mode: weighted'
            action, depends_on: [[a, b]]   | 'depends_on' has a group: the job waits for each job of the group that is not skipped
            action, retry: 3               | 'retry' of model-compose has no effect here
            action, on_error: ignore       | 'on_error' of model-compose has no effect here
            filter, streaming: true, input: '${input}' | 'streaming' of model-compose has no effect here
            """)
    void aKeyOfAJobWithoutEffectIsAWarning(String job, String warning) throws IOException {
        assertThat(loaded("workflow: {jobs: {j: {type: " + job + "}, a: {}, b: {}}}\n" + HTTP)
                        .warnings())
                .extracting(Problem::message)
                .containsExactly(warning);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type: http-client, endpoint: 'http://x/', rate_limit: {requests: 5}",
                "type: http-client, actions: [{id: a, endpoint: 'http://x/', cache: {ttl: 5}}]",
                "type: model, task: text-generation, model: a/b, text: x, context_length: 4096",
                "type: model, task: text-generation, model: a/b, text: x, n_batch: 512",
                "type: model, task: text-generation, model: a/b, text: x, cache: true",
            })
    void aKeyOfAComponentWithoutEffectIsAWarning(String component) throws IOException {
        assertThat(loaded("workflow: {}\ncomponent: {" + component + "}\n").warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.message()).endsWith("of model-compose has no effect here"));
    }

    @Test
    void theOnlyJobMayHaveTheKeysOfJobs() throws IOException {
        assertThat(loaded("workflow: {retry: 2, on_error: ignore}\n" + HTTP).warnings())
                .hasSize(2);
    }

    @Test
    void everyMethodIsKnown() throws IOException {
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "options")) {
            assertThat(loaded("workflow: {}\ncomponent: {type: http-client, endpoint: 'http://x/', method: " + method
                                    + ", verify_ssl: true}\n")
                            .warnings())
                    .isEmpty();
        }
    }

    @Test
    void aFileWithoutAWorkflowServesNone() throws IOException {
        LoadResult.Loaded loaded = loaded(HTTP);

        assertThat(loaded.config().workflows()).isEmpty();
        assertThat(loaded.config().defaultWorkflow()).isEmpty();
        assertThat(loaded.config().components()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {jobs: {j: {type: filter, where: {input: 1}}}}                                        | 'input' is missing
            {jobs: {j: {type: random-router, routes: [{id: j}], routings: [{to: j}]}}}            | 'routings' and 'routes' mean the same
            {jobs: {j: {type: random-router}}}                                                     | 'routings' is missing
            {jobs: {j: {depends_on: [[x]]}}}                                                       | there is no job 'x'
            """)
    void aContradictionIsAnError(String workflow, String message) throws IOException {
        assertThat(read("workflow: " + workflow + "\n" + HTTP))
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(Problem::message)
                                .contains(message));
    }

    /** The configuration without places. */
    private static String shape(LoadResult.Loaded loaded) {
        return loaded.config().toString().replaceAll("location=[^,\\]]*", "location");
    }

    private LoadResult.Loaded loaded(String yaml) throws IOException {
        LoadResult result = read(yaml);
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded;
        }
        throw new AssertionError(((LoadResult.Rejected) result).problems());
    }

    private LoadResult read(String yaml) throws IOException {
        return ConfigReader.read(List.of(Files.writeString(folder.resolve("model-compose.yml"), yaml)), Map.of());
    }
}
