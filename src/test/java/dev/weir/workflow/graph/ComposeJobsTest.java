package dev.weir.workflow.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import dev.weir.json.Json;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.RunnerFixture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs in the forms of model-compose give the result that model-compose gives. */
class ComposeJobsTest {
    private static final String COMPONENT = "\ncomponent: {id: c, type: http-client, endpoint: 'http://x/'}\n";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"n": 5}          | {input: '${input.n}', operator: gt, value: 3, if_true: a, if_false: b}       | a
            {"n": 1}          | {input: '${input.n}', operator: gt, value: 3, if_true: a, if_false: b}       | b
            {"n": 1, "m": 9}  | {input: '${input.m}', operator: gt, value: 3, if_true: a}, {if_true: b, value: 1} | a
            {"n": 1, "m": 1}  | {input: '${input.m}', operator: gt, value: 3, if_true: a}, {if_true: b, value: 1} | b
            """)
    void aConditionHasAnInputOfItsOwn(String input, String conditions, String chosen) throws InterruptedException {
        String output = run(
                "workflow:\n  jobs:\n    i: {type: if, input: '${input.n}', conditions: [" + conditions + "]}\n"
                        + "    a: {component: c, output: a}\n    b: {component: c, output: b}\n",
                input);

        assertThat(output).isEqualTo("\"" + chosen + "\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: filter, output: {first: '${input.items[0]}', all: '${output.items}'}}            | {"first":1,"all":[1,2,3]}
            {type: filter}                                                                          | {"items":[1,2,3]}
            {type: filter, input: '${input.items}', where: {input: '${item}', operator: gt, value: 1}} | [2,3]
            {type: filter, input: '${input.items}', output: {kept: '${output}'}}                    | {"kept":[1,2,3]}
            """)
    void aFilterWithoutAListShapesItsOutput(String job, String expected) throws InterruptedException {
        assertThat(run("workflow: {jobs: {f: " + job + "}}\n", "{\"items\": [1, 2, 3]}"))
                .isEqualTo(expected);
    }

    private static String run(String workflow, String input) throws InterruptedException {
        RunnerFixture runner = RunnerFixture.of(() -> new Output.Value("done"), workflow + COMPONENT);
        RunOutput output = runner.drive(runner.admit(null, Json.parse(input)));
        return Json.write(((RunOutput.Value) output).value());
    }
}
