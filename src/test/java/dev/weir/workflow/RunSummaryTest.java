package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Received;
import dev.weir.stream.Summary;
import dev.weir.stream.Summary.Finish;
import dev.weir.stream.WrittenSummary;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The summary of a run is that of the job which gives its output. */
@Timeout(60)
class RunSummaryTest {
    private static final String COMPONENTS = """
            components:
              - {id: a, type: http-client, endpoint: 'http://127.0.0.1:9'}
              - {id: nested, type: workflow, workflow: inner, input: {call: '${input.call}'}}
            """;
    private static final String FULL = " finish=length prompt_tokens=3 completion_tokens=2";

    private static WrittenSummary summary() {
        WrittenSummary summary = new WrittenSummary();
        summary.countPrompt(3);
        summary.countCompletion(2);
        return summary;
    }

    /** The output with the name of its kind, with a complete summary unless it is a filter's or fails. */
    private static Output output(String call) {
        WrittenSummary summary = summary();
        summary.end(Finish.LENGTH);
        if (call.equals("value") || call.equals("null")) {
            return new Output.Value("Once secret", Optional.empty(), summary);
        }
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("Once");
        queue.offer(" secret");
        if (call.equals("failing")) {
            queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "broken"));
        } else {
            queue.complete();
        }
        return new Output.Streamed(queue, Optional.empty(), summary);
    }

    private static RunnerFixture serving(String workflow) {
        return RunnerFixture.echoing(RunSummaryTest::output, workflow + COMPONENTS);
    }

    /** The end of a run's log line. */
    private static String summaryOf(Run run) {
        String line = RunLog.line(run, new DeliveryStats());
        int at = line.indexOf(" finish=") < 0 ? line.indexOf(" prompt_tokens=") : line.indexOf(" finish=");
        return at < 0 ? "" : line.substring(at);
    }

    private static String drivenToEnd(String workflow, String call) throws InterruptedException {
        RunnerFixture fixture = serving(workflow);
        Run run = fixture.admit("outer", Map.of("call", call));
        if (fixture.drive(run) instanceof RunOutput.Streamed streamed) {
            while (BlockingReader.take(streamed.chunks()) instanceof Received.Chunk) {
                assertThat(run.summary().promptTokens()).hasValue(3);
            }
        }
        return summaryOf(run);
    }

    private static String workflow(String more) {
        return "workflows:\n  - {id: inner, component: a, input: '${input}'" + "}\n  - id: outer\n    default: true\n"
                + more.indent(4);
    }

    private static final String INPUT = "input: {call: '${input.call}'}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jobs: [{id: x, component: a, " + INPUT + "}]",
                "jobs: [{id: x, component: a, " + INPUT + ", output: '<${output}>'}]",
                "jobs: [{id: x, component: a, " + INPUT + "}]\noutput: '${output as text;sse-text}'",
                "jobs: [{id: x, component: a, " + INPUT + "}]\noutput: {all: '${jobs.x.output}'}",
                "jobs: [{id: x, component: a, " + INPUT + "}]\nfilters: [{type: deny-list, words: [secret]}]",
                "jobs: [{id: x, component: a, " + INPUT + "}]\nlimits: {chunks: 1000000/1s}",
                "jobs: [{id: x, component: nested, " + INPUT + "}]",
                "jobs: [{id: x, component: nested, " + INPUT + ", output: '<${output}>'}]",
                "jobs: [{id: r, type: switch, input: '1', cases: [{value: '1', then: x}], otherwise: y},"
                        + " {id: x, component: a, " + INPUT + "}, {id: y, component: a, input: {call: none}}]",
                "jobs: [{id: r, type: random-router, routings: [{to: x}]}, {id: x, component: a, " + INPUT + "}]",
                "jobs: [{id: first, component: a, input: {call: value}},"
                        + " {id: x, component: a, input: {call: '${input.call}', of: '${jobs.first.output}'}}]"
            })
    void theOutputKeepsItsSummaryThrough(String jobs) throws InterruptedException {
        assertThat(drivenToEnd(workflow(jobs), "stream")).isEqualTo(FULL);
        assertThat(drivenToEnd(workflow(jobs), "value")).isEqualTo(FULL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A job that only reads another's output
                "jobs: [{id: x, component: a, " + INPUT + "},"
                        + " {id: last, type: delay, duration: 0, output: '${jobs.x.output}'}]",
                "jobs: [{id: x, component: a, " + INPUT + ", repeat_count: 2}]",
                "jobs: [{id: x, type: for-each, input: '${input}', do: {component: a, input: '${item}'}}]",
                "jobs: [{id: x, type: for-each, input: ['${input}'], do: {component: a, input: '${item}'}}]",
                "jobs: [{id: x, type: for-each, input: ['${input}'], streaming: true,"
                        + " do: {component: a, input: '${item}'}}]",
                // Merged
                "jobs: [{id: x, component: a, " + INPUT + ", output: {a: '${output}'}},"
                        + " {id: y, component: a, input: {call: value}, output: {b: '${output}'}}]"
            })
    void itIsNotKnownOf(String jobs) throws InterruptedException {
        RunnerFixture fixture = serving(workflow(jobs));
        Run run = fixture.admit("outer", Map.of("call", "value"));

        if (fixture.drive(run) instanceof RunOutput.Streamed streamed) {
            BlockingReader.readAll(streamed.chunks(), chunk -> true);
        }

        assertThat(summaryOf(run)).isEmpty();
    }

    @Test
    void itIsCompleteBeforeTheEndIsReported() throws InterruptedException {
        WrittenSummary summary = new WrittenSummary();
        ChunkQueue queue = new ChunkQueue(4);
        RunnerFixture fixture = RunnerFixture.ofOneJob(
                () -> new Output.Streamed(queue, Optional.empty(), summary), "${output as text;sse-text}");
        Run run = fixture.admit(null, Map.of());
        assertThat(run.summary().promptTokens()).isEmpty();
        ChunkSource chunks = ((RunOutput.Streamed) fixture.drive(run)).chunks();

        summary.countPrompt(12);
        queue.offer("a");
        assertThat(BlockingReader.take(chunks)).isInstanceOf(Received.Chunk.class);
        assertThat(run.summary().promptTokens()).hasValue(12);
        assertThat(run.summary().finish()).isEmpty();

        summary.countCompletion(120);
        summary.endAt("END");
        queue.complete();
        assertThat(BlockingReader.take(chunks)).isInstanceOf(Received.Completed.class);
        assertThat(run.summary().finish()).contains(Finish.STOP);
        assertThat(run.summary().stopSequence()).contains("END");
        assertThat(summaryOf(run)).isEqualTo(" finish=stop prompt_tokens=12 completion_tokens=120");
    }

    @Test
    void aRunInTheBackgroundKeepsIt() {
        RunnerFixture fixture = serving(workflow("jobs: [{id: x, component: a, " + INPUT + "}]"));
        Run run = fixture.admit("outer", Map.of("call", "stream"));

        fixture.driveToEnd(run);

        assertThat(summaryOf(run)).isEqualTo(FULL);
    }

    @Test
    void aCancelledRunHasItsCountsButNoReason() throws InterruptedException {
        RunnerFixture fixture = serving(workflow("jobs: [{id: x, component: a, " + INPUT + "}]"));
        Run run = fixture.admit("outer", Map.of("call", "stream"));
        ChunkSource chunks = ((RunOutput.Streamed) fixture.drive(run)).chunks();
        assertThat(BlockingReader.take(chunks)).isInstanceOf(Received.Chunk.class);

        chunks.close();

        assertThat(summaryOf(run)).isEqualTo(" prompt_tokens=3 completion_tokens=2");
        assertThat(run.summary().stopSequence()).isEmpty();
    }

    @Test
    void aRunThatAFilterBlocksHasNoReason() {
        String filtered = workflow("jobs: [{id: x, component: a, " + INPUT + "}]\n"
                + "filters: [{type: deny-list, words: [secret], action: block}]");

        for (String call : new String[] {"stream", "value"}) {
            RunnerFixture fixture = serving(filtered);
            Run run = fixture.admit("outer", Map.of("call", call));
            fixture.driveToEnd(run);
            assertThat(run.state()).isInstanceOf(RunState.Failed.class);
            assertThat(summaryOf(run)).isEqualTo(" prompt_tokens=3 completion_tokens=2");
        }
    }

    @Test
    void aRunThatFailsInTheMidstHasNoReason() throws InterruptedException {
        assertThat(drivenToEnd(workflow("jobs: [{id: x, component: a, " + INPUT + "}]"), "failing"))
                .isEqualTo(" prompt_tokens=3 completion_tokens=2");
    }

    @Test
    void aRunWithoutAnOutputHasNone() {
        RunnerFixture fixture = RunnerFixture.ofOneJob(
                () -> {
                    throw new WeirException(ErrorCode.UPSTREAM_FAILED, "broken");
                },
                "");
        Run run = fixture.admit(null, Map.of());

        assertThatThrownBy(() -> fixture.drive(run)).hasMessageContaining("broken");

        assertThat(summaryOf(run)).isEmpty();
        assertThat(Summary.UNKNOWN.finish()).isEmpty();
    }
}
