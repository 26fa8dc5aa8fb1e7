package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Source;
import dev.weir.component.Invocation;
import dev.weir.component.Output;
import dev.weir.config.reader.ConfigReader;
import dev.weir.config.reader.LoadResult;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Components that run a workflow of the same configuration. */
@Timeout(60)
class NestedWorkflowsTest {
    private static final String YAML = """
            workflows:
              - {id: outer, default: true, jobs: [{id: call, component: nested, input: '${input}'}]}
              - {id: inner, jobs: [{id: work, component: x}], output: '${output}'}
            components:
              - {id: nested, type: workflow, workflow: inner, input: {word: '${input.name}'}}
              - {id: x, type: http-client, endpoint: 'http://127.0.0.1:9'}
            """;

    @TempDir
    Path folder;

    private static CompletableFuture<Output> word(Invocation invocation) {
        Map<?, ?> input = (Map<?, ?>) invocation.scope().value(Source.INPUT, null);
        return CompletableFuture.completedFuture(new Output.Value(input == null ? null : input.get("word")));
    }

    private static @Nullable Object value(RunnerFixture fixture, Object input) throws InterruptedException {
        return ((RunOutput.Value) fixture.drive(fixture.admit(null, input))).value();
    }

    @Test
    void aValueIsPassedOn() throws InterruptedException {
        assertThat(value(RunnerFixture.answering(NestedWorkflowsTest::word, YAML), Map.of("name", "n")))
                .isEqualTo("n");
    }

    @Test
    void theOutputOfTheComponentShapesTheResult() throws InterruptedException {
        String yaml = YAML.replace("workflow: inner,", "workflow: inner, output: {r: '${result}', o: '${output}'},");

        assertThat(value(RunnerFixture.answering(NestedWorkflowsTest::word, yaml), Map.of("name", "n")))
                .isEqualTo(Map.of("r", "n", "o", "n"));
    }

    @Test
    void aStreamIsPassedOnAndItsReaderCanStopIt() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> CompletableFuture.completedFuture(new Output.Streamed(queue)), YAML);
        RunOutput.Streamed output = (RunOutput.Streamed) fixture.drive(fixture.admit(null, Map.of("name", "n")));
        queue.offer("Once");

        assertThat(BlockingReader.take(output.chunks())).isEqualTo(new Received.Chunk("Once"));
        output.chunks().close();
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void theCalledWorkflowNamesTheFormatOfTheStream() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> CompletableFuture.completedFuture(new Output.Streamed(queue)),
                YAML.replace("output: '${output}'", "output: '${output as text;sse-json}'")
                        .replace("'http://127.0.0.1:9'", "'http://127.0.0.1:9', stream_format: text"));
        Run run = fixture.admit(null, Map.of("name", "n"));

        assertThat(run.isEventStream()).isTrue();
        RunOutput.Streamed output = (RunOutput.Streamed) fixture.drive(run);
        assertThat(run.format()).contains("sse-json");
        output.chunks().close();
    }

    @Test
    void aFailureNamesBothWorkflows() {
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> CompletableFuture.failedFuture(new WeirException(ErrorCode.UPSTREAM_FAILED, "broken")),
                YAML);

        assertThatThrownBy(() -> value(fixture, Map.of("name", "n")))
                .hasMessage("job call (component nested): workflow inner: job work (component x): broken");
    }

    private static final String FILTERED = YAML.replace(
            "output: '${output}'}", "output: '${output}', filters: [{type: deny-list, words: [secret], action: %s}]}");

    @Test
    void aFilterOfTheInnerWorkflowThatBlocksFailsTheCall() {
        RunnerFixture fixture = RunnerFixture.answering(NestedWorkflowsTest::word, FILTERED.formatted("block"));

        assertThatThrownBy(() -> value(fixture, Map.of("name", "a secret word")))
                .hasMessageStartingWith("job call (component nested): workflow inner: ");
    }

    @Test
    void theFiltersOfTheInnerWorkflowApplyToOutputsAndFailures() throws InterruptedException {
        String yaml = FILTERED.formatted("redact");
        RunnerFixture failing = RunnerFixture.answering(
                invocation ->
                        CompletableFuture.failedFuture(new WeirException(ErrorCode.UPSTREAM_FAILED, "a secret word")),
                yaml);

        assertThat(value(RunnerFixture.answering(NestedWorkflowsTest::word, yaml), Map.of("name", "a secret word")))
                .isEqualTo("a *** word");
        assertThatThrownBy(() -> value(failing, Map.of("name", "n")))
                .hasMessageEndingWith("workflow inner: job work (component x): a *** word");
    }

    @Test
    void aTemplateCannotNameAWorkflowForSomeCallersOnly() throws InterruptedException {
        String auth = "controller: {auth: {type: api-key, keys: {a: '${env.PATH}'}}}\n";
        String allowed = YAML.replace("{id: inner,", "{id: inner, allow: [a],");
        RunnerFixture fixed = RunnerFixture.answering(NestedWorkflowsTest::word, auth + allowed);
        RunnerFixture open = RunnerFixture.answering(
                NestedWorkflowsTest::word, auth + allowed.replace("workflow: inner", "workflow: '${input.next}'"));

        assertThat(value(fixed, Map.of("name", "n"))).isEqualTo("n");
        assertThatThrownBy(() -> value(open, Map.of("name", "n", "next", "inner")))
                .hasMessageEndingWith("no workflow has the id 'inner'; there are [outer]");
    }

    @Test
    void cancellingTheRunCancelsTheInnerCall() {
        CompletableFuture<Output> answer = new CompletableFuture<>();
        CompletableFuture<Boolean> called = new CompletableFuture<>();
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> {
                    invocation
                            .cancellation()
                            .onCancel(() -> answer.completeExceptionally(
                                    new WeirException(ErrorCode.CANCELLED, "the call was cancelled")));
                    called.complete(true);
                    return answer;
                },
                YAML);
        Run run = fixture.admit(null, Map.of("name", "n"));
        CompletableFuture<RunOutput> told = fixture.told(run);
        called.join();
        run.cancel("a test");

        assertThatThrownBy(told::join).cause().hasMessageContaining("a test");
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void aTemplateNamesTheWorkflowAndTheDepthIsBounded() throws InterruptedException {
        String yaml = """
                workflows:
                  - {id: again, default: true, jobs: [{id: call, component: nested}]}
                  - {id: end, component: x}
                components:
                  - {id: nested, type: workflow, workflow: '${input.next}', input: {next: '${input.then}', then: '${input.then}', word: w}}
                  - {id: x, type: http-client, endpoint: 'http://127.0.0.1:9'}
                """;
        RunnerFixture fixture = RunnerFixture.answering(NestedWorkflowsTest::word, yaml);

        assertThat(value(fixture, Map.of("next", "again", "then", "end"))).isEqualTo("w");
        assertThatThrownBy(() -> value(fixture, Map.of("next", "again", "then", "again")))
                .hasMessageEndingWith("workflows call each other too deeply (at most 16 calls)");
        assertThatThrownBy(() -> value(fixture, Map.of("next", "none", "then", "again")))
                .hasMessageEndingWith("no workflow has the id 'none'; there are [again, end]");
    }

    @Test
    void theCallsOfARunAreBoundedAtAllDepths() throws InterruptedException {
        String yaml = """
                workflows:
                  - {id: outer, default: true, jobs: [{id: each, type: for-each, input: '${input.items}', do: {component: middle}}]}
                  - {id: middle, component: inner}
                  - {id: inner, component: x}
                components:
                  - {id: middle, type: workflow, workflow: middle}
                  - {id: inner, type: workflow, workflow: inner}
                  - {id: x, type: http-client, endpoint: 'http://127.0.0.1:9'}
                """;
        RunnerFixture fixture =
                RunnerFixture.answering(invocation -> CompletableFuture.completedFuture(new Output.Value("v")), yaml);
        int most = RunnerFixture.MAX_CALLS / 2;

        assertThat(value(fixture, Map.of("items", Collections.nCopies(most, "i"))))
                .isEqualTo(Collections.nCopies(most, "v"));
        assertThatThrownBy(() -> value(fixture, Map.of("items", Collections.nCopies(most + 1, "i"))))
                .hasMessageContaining("item " + most)
                .hasMessageEndingWith("the run calls too many workflows (at most " + RunnerFixture.MAX_CALLS
                        + ", weir.runs.max-calls)");
    }

    @Test
    void aChainOfCallsRunsUpToTheLimit() throws InterruptedException {
        assertThat(value(RunnerFixture.answering(NestedWorkflowsTest::word, chain(16)), Map.of("word", "w")))
                .isEqualTo("w");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 18, 40, 5_000})
    void aChainOfCallsThatIsTooLongIsAProblemOfTheConfiguration(int calls) throws IOException {
        LoadResult result = ConfigReader.read(
                List.of(Files.writeString(folder.resolve("model-compose.yml"), chain(calls))), Map.of());

        assertThat(((LoadResult.Rejected) result).problems().get(0).message())
                .startsWith("workflows call each other too deeply (at most 16 calls): w0 → w1 → ")
                .endsWith(" → w17");
    }

    /** Workflows that each call the next. */
    private static String chain(int calls) {
        StringBuilder yaml =
                new StringBuilder("workflows:\n  - {id: w").append(calls).append(", component: x}\n");
        for (int i = 0; i < calls; i++) {
            yaml.append("  - {id: w")
                    .append(i)
                    .append(", default: ")
                    .append(i == 0)
                    .append(", component: c")
                    .append(i)
                    .append("}\n");
        }
        yaml.append("components:\n  - {id: x, type: http-client, endpoint: 'http://127.0.0.1:9'}\n");
        for (int i = 0; i < calls; i++) {
            yaml.append("  - {id: c")
                    .append(i)
                    .append(", type: workflow, workflow: w")
                    .append(i + 1)
                    .append("}\n");
        }
        return yaml.toString();
    }

    @Test
    void theTaskAndEachCallHaveTheirIds() throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.answering(
                invocation -> CompletableFuture.completedFuture(
                        new Output.Value(invocation.scope().value(Source.CONTEXT, null))),
                """
                workflow:
                  output: {task: '${context.task_id}', a: '${jobs.a.output}', b: '${jobs.b.output}', none: '${context.other}', failed: '${jobs.a.error.message}'}
                  jobs:
                    - {id: a, component: x, input: '${context.task_id}'}
                    - {id: b, component: x}
                component: {id: x, type: http-client, endpoint: 'http://127.0.0.1:9'}
                """);
        Run run = fixture.admit(null, Map.of());
        Map<?, ?> output = (Map<?, ?>) ((RunOutput.Value) fixture.drive(run)).value();
        Map<?, ?> a = (Map<?, ?>) output.get("a");
        Map<?, ?> b = (Map<?, ?>) output.get("b");

        assertThat(output.get("task")).isEqualTo(run.taskId());
        assertThat(output.get("none")).isNull();
        assertThat(output.get("failed")).isNull();
        assertThat(a.get("task_id")).isEqualTo(run.taskId()).isEqualTo(b.get("task_id"));
        assertThat(a.get("run_id")).asString().matches("[0-9A-HJKMNP-TV-Z]{26}").isNotEqualTo(b.get("run_id"));
    }
}
