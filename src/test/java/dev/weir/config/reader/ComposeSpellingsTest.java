package dev.weir.config.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.Classification;
import dev.weir.config.ComposeConfig;
import dev.weir.config.JobConfig;
import dev.weir.config.ModelConfig;
import dev.weir.config.ModelTask;
import dev.weir.config.yaml.Problem;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A further spelling of model-compose gives the same configuration as the usual one, or a warning. */
class ComposeSpellingsTest {
    private static final String HTTP = "component: {type: http-client, endpoint: 'http://x/', id: c}\n";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: random-router, routes: [{id: a}, {id: b}]} | {type: random-router, routings: [{to: a}, {to: b}]}
            {type: random-router, mode: weighted, routes: [{id: a, weight: 2}]} | {type: random-router, mode: weighted, routings: [{to: a, weight: 2}]}
            {type: if, conditions: [{operator: eq, value: 1, if_true: a}]} | {type: if, operator: eq, value: 1, if_true: a}
            {depends_on: [a, [b]]}                            | {depends_on: [a, b]}
            {depends_on: [[a, a], b]}                         | {depends_on: [a, b]}
            """)
    void aJobMeansTheSame(String spelling, String usual) {
        assertThat(jobs(spelling)).isEqualTo(jobs(usual));
    }

    private String jobs(String job) {
        return shape(Configurations.loaded("workflow: {jobs: {j: " + job + ", a: {}, b: {}}}\n" + HTTP));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            random-router, routings: [{to: a, weight: 2}, {to: b}] | 'weight' has no effect without 'mode: weighted'
            action, retry: 3               | 'retry' of model-compose has no effect here
            action, on_error: ignore       | 'on_error' of model-compose has no effect here
            filter, streaming: true, input: '${input}' | 'streaming' of model-compose has no effect here
            """)
    void aKeyOfAJobWithoutEffectIsAWarning(String job, String warning) {
        assertThat(Configurations.loaded("workflow: {jobs: {j: {type: " + job + "}, a: {}, b: {}}}\n" + HTTP)
                        .warnings())
                .extracting(Problem::message)
                .containsExactly(warning);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            depends_on: [[a, b]]                                                            ; ''
            depends_on: [[a, b]], input: '${jobs.b.output}'                                 ; b
            depends_on: [[a, b]], input: {x: '${jobs.a.output.y}', z: '${jobs.b.output}'}   ; a b
            depends_on: [[a, b]], input: '${jobs.a.output | ${jobs.b.output}}'              ; ''
            depends_on: [[a, b]], input: '${jobs.a.output | none}'                          ; ''
            depends_on: [[a, b]], output: '${jobs.a.output | ${jobs.b.output}} ${jobs.b.output}' ; ''
            depends_on: [[a, b], a], input: '${jobs.a.output}'                              ; ''
            depends_on: [[a, b]], condition: '${jobs.a.output}'                             ; a
            """)
    void anOutputOfAGroupThatMayBeNullIsAWarning(String job, String nulls) {
        LoadResult.Loaded loaded = Configurations.loaded("workflow: {jobs: {j: {" + job + "}, a: {}, b: {}}}\n" + HTTP);

        assertThat(loaded.warnings())
                .extracting(Problem::message)
                .isEqualTo(
                        nulls.isEmpty()
                                ? List.of()
                                : Stream.of(nulls.split(" ", -1))
                                        .map(id ->
                                                "'jobs." + id + ".output' may be null: the job waits for one of a, b")
                                        .toList());
        assertThat(loaded.config().workflows().get(0).terminalJobs())
                .extracting(JobConfig::id)
                .containsExactly("j");
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
    void aKeyOfAComponentWithoutEffectIsAWarning(String component) {
        assertThat(Configurations.loaded("workflow: {}\ncomponent: {" + component + "}\n")
                        .warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.message()).endsWith("of model-compose has no effect here"));
    }

    @Test
    void theOnlyJobMayHaveTheKeysOfJobs() {
        assertThat(Configurations.loaded("workflow: {retry: 2, on_error: ignore}\n" + HTTP)
                        .warnings())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            task: text-generation, text: x, precision: fp16             | task: text-generation, text: x, precision: float16
            task: text-generation, text: x, quantization: fp16          | task: text-generation, text: x, precision: float16
            task: text-generation, text: x, quantization: {type: int8}  | task: text-generation, text: x, precision: int8
            task: text-generation, text: x, quantization: none          | task: text-generation, text: x, precision: auto
            task: text-generation, text: x, precision: bf16             | task: text-generation, text: x
            task: text-generation, text: x, precision: bfloat16         | task: text-generation, text: x
            task: text-generation, text: x, device: auto                | task: text-generation, text: x, device: cpu
            task: text-generation, text: x, device: mps                 | task: text-generation, text: x
            task: translation, text: x, architecture: auto              | task: translation, text: x
            task: translation, text: x, params: {max_input_length: 5}   | task: translation, text: x, max_input_length: 5
            task: translation, text: x, params: {max_input_length: '${input.n}'} | task: translation, text: x, max_input_length: '${input.n}'
            task: translation, text: x, max_input_length: 5, params: {max_input_length: 5} | task: translation, text: x, max_input_length: 5
            task: text-embedding, text: x, pooling: max                 | task: text-embedding, text: x, params: {pooling: max}
            task: text-embedding, text: x, pooling: '${input.p}'        | task: text-embedding, text: x, params: {pooling: '${input.p}'}
            task: text-embedding, text: x, normalize: false             | task: text-embedding, text: x, params: {normalize: false}
            """)
    void aModelMeansTheSame(String spelling, String usual) {
        assertThat(shape(model(spelling))).isEqualTo(shape(model(usual)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            precision: bfloat16        | 'bfloat16' is no precision of a graph
            quantization: bf16         | 'bf16' is no precision of a graph
            quantization: {type: bf16} | 'bf16' is no precision of a graph
            device: auto               | device 'auto' is not chosen here: the model runs on cpu
            device: mps                | device 'mps' is not chosen here: the model runs on cpu
            """)
    void aModelThatRunsOtherwiseIsAWarning(String key, String warning) {
        assertThat(model("task: text-generation, text: x, " + key).warnings())
                .extracting(Problem::message)
                .containsExactly(warning);
    }

    private LoadResult.Loaded model(String keys) {
        return Configurations.loaded("workflow: {}\ncomponent: {type: model, model: a/b, " + keys + "}\n");
    }

    @Test
    void anArchitectureIsRead() {
        for (String written : List.of("causal", "seq2seq")) {
            ModelConfig config = (ModelConfig) model("task: text-to-text, text: x, architecture: " + written)
                    .config()
                    .components()
                    .get(0);

            assertThat(config.task()).isEqualTo(ModelTask.TEXT_TO_TEXT);
            assertThat(config.architecture()).hasToString("Optional[" + written.toUpperCase(Locale.ROOT) + "]");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            return_probabilities: true                        | true       | false
            return_probabilities: '${input.p}'                | ${input.p} | false
            params: {return_probabilities: false}             | false      | true
            params: {return_probabilities: '${input.p}'}      | ${input.p} | true
            labels: [a, b]                                    | none       | false
            """)
    void anAnswerOfAClassifierHasTheFormOfItsSpelling(String keys, String probabilities, boolean bare) {
        LoadResult.Loaded loaded = model("task: text-classification, labels: [a, b], text: x, "
                + keys.replace("labels: [a, b]", "batch_size: 2"));
        ModelConfig config = (ModelConfig) loaded.config().components().get(0);
        Classification form = config.actions().get(0).classification();

        assertThat(loaded.warnings()).isEmpty();
        assertThat(form.labels()).containsExactly("a", "b");
        assertThat(form.probabilities() == null ? null : form.probabilities().toString())
                .isEqualTo(probabilities);
        assertThat(form.bare()).isEqualTo(bare);
    }

    @Test
    void twoFormsOfAnAnswerAreAnError() {
        assertThat(Configurations.read(
                        "workflow: {}\ncomponent: {type: model, model: a/b, task: text-classification, text: x, "
                                + "return_probabilities: true, params: {return_probabilities: true}}\n"))
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(Problem::message)
                                .containsExactly("'return_probabilities' stands at the action and among its 'params'"));
    }

    @Test
    void twoLengthsOfTheInputAreAnError() {
        assertThat(Configurations.read("workflow: {}\ncomponent: {type: model, model: a/b, task: translation, text: x, "
                        + "max_input_length: 5, params: {max_input_length: 6}}\n"))
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(Problem::message)
                                .containsExactly("'max_input_length' is 6 here and 5 at the action"));
    }

    @Test
    void everyMethodIsKnown() {
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "options")) {
            assertThat(Configurations.loaded(
                                    "workflow: {}\ncomponent: {type: http-client, endpoint: 'http://x/', method: "
                                            + method + ", verify_ssl: true}\n")
                            .warnings())
                    .isEmpty();
        }
    }

    @Test
    void aFileWithoutAWorkflowServesNone() {
        LoadResult.Loaded loaded = Configurations.loaded(HTTP);

        assertThat(loaded.config().workflows()).isEmpty();
        assertThat(loaded.config().defaultWorkflow()).isEmpty();
        assertThat(loaded.config().components()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {jobs: {j: {type: filter, where: {input: 1}}}}                                        | 'input' is missing
            {jobs: {j: {type: random-router, routes: [{id: j}], routings: [{to: j}]}}}            | 'routings' and 'routes' mean the same
            {jobs: {j: {type: random-router}}}                                                     | 'routings' is missing
            {jobs: {j: {depends_on: [[]]}}}                                                        | 'depends_on' has an empty group
            {jobs: {j: {}, k: {depends_on: [[j, x]]}}}                                             | there is no job 'x'
            {jobs: {j: {depends_on: [[k, l]]}, k: {depends_on: j}, l: {}}}                         | jobs wait for each other: j → k → j
            {jobs: {j: {depends_on: [[x]]}}}                                                       | there is no job 'x'
            """)
    void aContradictionIsAnError(String workflow, String message) {
        assertThat(Configurations.read("workflow: " + workflow + "\n" + HTTP))
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .extracting(Problem::message)
                                .contains(message));
    }

    /** The configuration without places. */
    private static String shape(LoadResult.Loaded loaded) {
        ComposeConfig config = loaded.config();
        return List.of(config.controller(), config.workflows(), config.components())
                .toString()
                .replaceAll("location=[^,\\]]*", "location");
    }
}
