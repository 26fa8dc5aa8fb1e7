package dev.weir.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.form.RunRequest;
import dev.weir.api.response.AnswerBudget;
import dev.weir.component.Output;
import dev.weir.json.Json;
import dev.weir.security.Access;
import dev.weir.sse.PumpFixture;
import dev.weir.sse.RecordingResponse;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Content;
import dev.weir.stream.Summary.Finish;
import dev.weir.stream.WrittenSummary;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunState;
import dev.weir.workflow.RunnerFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every run ends with an answer to its request, and with a released producer, whatever its output is. */
@Timeout(60)
class RunResponderTest {
    private final AnswerBudget answers = new AnswerBudget(1 << 20);
    private static final String AS_TEXT = "${output as text;sse-text}";

    private final ChunkQueue queue = new ChunkQueue(8);
    private final PumpFixture pumps = new PumpFixture();
    private RecordingResponse response = new RecordingResponse();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger runs = Logger.getLogger("dev.weir.runs");
    private final Handler keeping = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void keepLines() {
        runs.addHandler(keeping);
    }

    @AfterEach
    void keepNoMore() {
        runs.removeHandler(keeping);
        pumps.close();
    }

    @Test
    void aStreamIsWrittenInTheFormatItsWorkflowNames() {
        queue.offer("a");
        queue.offer(" b");
        queue.complete();
        Run run = answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(status()).isEqualTo(200);
        assertThat(response.written()).isEqualTo("data: a\n\ndata:  b\n\n");
        assertThat(run.state()).isInstanceOf(RunState.Completed.class);
    }

    @Test
    void aFailureBehindChunksThatAreNotSentHasItsOwnStatus() {
        queue.offer("");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "the upstream reported an error"));
        Run run = answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(status()).isEqualTo(502);
        assertThat(problem()).contains("component a", "the upstream reported an error", run.taskId());
    }

    @Test
    void aFailureAfterTheFirstChunkIsAnEventThatNamesTheComponent() {
        queue.offer("a");
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(response.written())
                .startsWith("data: a\n\nevent: error\ndata: {")
                .contains("component a: gone");
    }

    @Test
    void anErrorOfTheMachineIsA500AndEndsTheRun() {
        Run run = answer(
                () -> {
                    throw new StackOverflowError("deep");
                },
                AS_TEXT,
                "");
        assertThat(status()).isEqualTo(500);
        assertThat(problem()).doesNotContain("deep");
        assertThat(run.state()).isInstanceOf(RunState.Failed.class);
    }

    @Test
    void anUpstreamsContentTypeThatIsNoneIsReplaced() {
        queue.offer("x".getBytes(StandardCharsets.UTF_8));
        queue.complete();
        answer(new Output.Streamed(queue, Optional.of(Content.of("foo"))), "", "");
        assertThat(status()).isEqualTo(200);
        assertThat(response.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(response.written()).isEqualTo("x");
    }

    @Test
    void aClientThatHasGoneCancelsTheRun() {
        queue.offer("a");
        response = new RecordingResponse() {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        Run run = answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(run.state()).isEqualTo(new RunState.Cancelled("client disconnected"));
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aShutdownIsToldAsSuchInsideTheStream() {
        queue.offer("a");
        Run run = answer(
                () -> new Output.Streamed(queue),
                AS_TEXT,
                "",
                answered -> answered.fail(WeirException.shuttingDown(null)));
        assertThat(response.written()).contains("event: error", "\"status\":503", "shutting down");
        assertThat(run.state()).isInstanceOf(RunState.Failed.class);
    }

    @Test
    void aValueIsItsJsonOrOneEventForWhoTakesOnlyEvents() {
        answer(new Output.Value(Map.of("n", 1)), "", "application/json, text/event-stream");
        assertThat(body()).isEqualTo("{\"n\":1}");
        answer(new Output.Value("a\nb"), "", "text/event-stream");
        assertThat(response.written()).isEqualTo("data: \"a\\nb\"\n\n");
    }

    @Test
    void aRequestThatStartedNoRunIsRefused() throws Exception {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), AS_TEXT);
        responder(fixture).refuse(new WeirException(ErrorCode.TOO_MANY_RUNS, "all are at work"));
        response.awaitEnd();
        assertThat(status()).isEqualTo(429);
        assertThat(response.header("Retry-After")).isEqualTo("1");
        assertThat(problem()).doesNotContain("task_id");
        assertThat(lines).isEmpty();
    }

    @Test
    void whoDoesNotWaitForTheRunIsAnsweredAtOnce() throws Exception {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), AS_TEXT);
        Run run = fixture.admit(null, Map.of());
        responder(fixture).answer(form(fixture, new RunRequest(null, Map.of(), false, false, false), ""), run);
        response.awaitEnd();
        assertThat(status()).isEqualTo(202);
        assertThat(body()).contains(run.taskId(), "pending");
        assertThat(run.state().ended()).isFalse();
        run.cancel("enough");
        // Otherwise another test would read this log line.
        awaitLine();
    }

    @Test
    void oneLineTellsOfAStream() {
        queue.offer("a");
        queue.offer(" b");
        queue.complete();
        Run run = answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(line())
                .matches("task=" + run.taskId() + " workflow=__workflow__ status=completed chunks=2 bytes="
                        + response.written().length() + " first_chunk_ms=\\d+ duration_ms=\\d+ ended_by=completion");
    }

    @Test
    void anAnswerWithoutARunForWhichThereIsNoMemoryIsRefused() throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value("v"), "");
        answers.hold(1 << 20);
        responder(fixture).reply(new RunAnswer.Body(200, "text/plain", Map.of(), new byte[1 << 21], 0));
        response.awaitEnd();
        assertThat(response.status()).isEqualTo(503);
    }

    @Test
    void theLineOfALanguageModelsRunHasItsSummary() {
        WrittenSummary summary = summary();
        queue.offer("a");
        queue.complete();
        answer(new Output.Streamed(queue, Optional.empty(), summary), AS_TEXT, "");
        assertThat(response.written()).isEqualTo("data: a\n\n");
        assertThat(line()).endsWith(" ended_by=completion finish=stop prompt_tokens=12 completion_tokens=120");
    }

    @Test
    void aTaskHasTheFinishReasonAndTheUsage() {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value("v", Optional.empty(), summary()), "");
        Run run = fixture.admit(null, Map.of());
        responder(fixture).answer(form(fixture, new RunRequest(null, Map.of(), true, false, false), ""), run);
        awaitLine();
        assertThat(body())
                .isEqualTo("{\"task_id\":\"" + run.taskId() + "\",\"status\":\"completed\",\"output\":\"v\","
                        + "\"finish_reason\":\"stop\",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":120,"
                        + "\"total_tokens\":132}}");
        assertThat(Json.write(TaskDocument.of(run, new ProblemDocuments(fixture.workflows()))))
                .isEqualTo(body());
    }

    @Test
    void theUsageOfATaskHasOnlyKnownCounts() {
        WrittenSummary summary = new WrittenSummary();
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value("v", Optional.empty(), summary), "");
        Run run = fixture.admit(null, Map.of());
        fixture.driveToEnd(run);
        ProblemDocuments problems = new ProblemDocuments(fixture.workflows());
        assertThat(TaskDocument.of(run, problems)).containsOnlyKeys("task_id", "status", "output");

        summary.countPrompt(Integer.MAX_VALUE);
        assertThat(TaskDocument.of(run, problems))
                .containsEntry("usage", Map.of("prompt_tokens", Integer.MAX_VALUE))
                .doesNotContainKey("finish_reason");

        summary.countCompletion(1);
        assertThat(TaskDocument.of(run, problems))
                .containsEntry(
                        "usage",
                        Map.of(
                                "prompt_tokens",
                                Integer.MAX_VALUE,
                                "completion_tokens",
                                1,
                                "total_tokens",
                                Integer.MAX_VALUE + 1L));
        awaitLine();
    }

    private static WrittenSummary summary() {
        WrittenSummary summary = new WrittenSummary();
        summary.countPrompt(12);
        summary.countCompletion(120);
        summary.end(Finish.STOP);
        return summary;
    }

    @Test
    void oneLineTellsOfAValueAndHoldsNoneOfIt() {
        answer(new Output.Value("content"), "", "");
        assertThat(line())
                .contains("status=completed chunks=0 bytes=9 first_chunk_ms=- ")
                .doesNotContain("content");
    }

    @Test
    void oneLineTellsOfAFailureByItsCodeAlone() {
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "the upstream said content"));
        answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(line())
                .contains("status=failed chunks=0 bytes=")
                .endsWith(" ended_by=upstream-failed")
                .doesNotContain("content");
    }

    @Test
    void oneLineTellsWhoCancelledAfterHowMuch() {
        queue.offer("a");
        answer(() -> new Output.Streamed(queue), AS_TEXT, "", run -> run.cancel("cancelled by a DELETE request"));
        assertThat(line())
                .contains("status=cancelled chunks=1 ")
                .endsWith(" ended_by=\"cancelled by a DELETE request\"");
    }

    @Test
    void oneLineTellsOfARunThatNeverBegan() {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), AS_TEXT);
        Run run = fixture.admit(null, Map.of());
        run.fail(new WeirException(ErrorCode.OVERLOADED, "waited too long"));
        responder(fixture).answer(form(fixture, new RunRequest(null, Map.of(), true, true, false), ""), run);
        awaitLine();
        assertThat(status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).isEqualTo("1");
        assertThat(line()).contains("status=failed chunks=0").endsWith(" ended_by=overloaded");
    }

    @Test
    void oneLineTellsOfARunThatNobodyWaitsFor() {
        queue.offer("a");
        queue.complete();
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "");
        Run run = fixture.admit(null, Map.of());
        responder(fixture).answer(form(fixture, new RunRequest(null, Map.of(), false, false, false), ""), run);
        awaitLine();
        assertThat(line()).contains("status=completed chunks=0").endsWith(" ended_by=completion");
    }

    @Test
    void aStreamThatItsClientMayContinueHasIdsAndOneLineWhenTheClientHasItAll() {
        queue.offer("a");
        queue.offer(" b");
        queue.complete();
        Run run = answerContinuable(new Output.Streamed(queue), "");
        assertThat(response.written())
                .isEqualTo("id: T:1\ndata: a\n\nid: T:2\ndata:  b\n\n".replace("T", run.taskId()));
        awaitLine();
        assertThat(line())
                .contains(
                        "status=completed chunks=2 bytes=" + response.written().length());
    }

    @Test
    void whatFailsBeforeTheFirstChunkOfSuchAStreamHasItsOwnStatus() {
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        answerContinuable(new Output.Streamed(queue), "");
        assertThat(status()).isEqualTo(502);
        awaitLine();
        assertThat(line()).contains("status=failed chunks=0").endsWith(" ended_by=upstream-failed");
    }

    @Test
    void aValueIsOneEventWithAnIdSoThatItIsNotAskedForAgain() {
        Run run = answerContinuable(new Output.Value("v"), "text/event-stream");
        assertThat(response.written()).isEqualTo("id: " + run.taskId() + ":1\ndata: \"v\"\n\n");
    }

    private Run answerContinuable(Output output, String accept) {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> output, output instanceof Output.Value ? "" : AS_TEXT);
        Run run = fixture.admit(null, Map.of());
        responder(fixture).answer(form(fixture, new RunRequest(null, Map.of(), true, true, true), accept), run);
        awaitLine();
        return run;
    }

    private void awaitLine() {
        while (lines.isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private String line() {
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }

    private Run answer(Output output, String workflowOutput, String accept) {
        return answer(() -> output, workflowOutput, accept);
    }

    private Run answer(RunnerFixture.Behaviour behaviour, String workflowOutput, String accept) {
        return answer(behaviour, workflowOutput, accept, null);
    }

    private Run answer(
            RunnerFixture.Behaviour behaviour,
            String workflowOutput,
            String accept,
            @Nullable Consumer<Run> afterTheFirstWrite) {
        RunnerFixture fixture = RunnerFixture.ofOneJob(behaviour, workflowOutput);
        Run run = fixture.admit(null, Map.of());
        lines.clear();
        responder(fixture).answer(form(fixture, new RunRequest(null, Map.of(), true, true, false), accept), run);
        if (afterTheFirstWrite != null) {
            while (response.writes.isEmpty()) {
                Thread.onSpinWait();
            }
            afterTheFirstWrite.accept(run);
        }
        awaitLine();
        return run;
    }

    private static RunForm form(RunnerFixture fixture, RunRequest request, String accept) {
        return new RunApiForm(request, accept, new ProblemDocuments(fixture.workflows()));
    }

    private RunResponder responder(RunnerFixture fixture) {
        if (response.hasEnded()) {
            response = new RecordingResponse();
        }
        RunResponder.Services services = new RunResponder.Services(
                fixture.runs(), new ProblemDocuments(fixture.workflows()), pumps.open(), pumps.tasks(), answers);
        return new RunResponder(response, Access.open(), services.problems(), services);
    }

    private int status() {
        return response.status();
    }

    private String body() {
        return response.written();
    }

    private String problem() {
        assertThat(response.header("Content-Type")).isEqualTo(ProblemDocuments.MEDIA_TYPE);
        return Json.write(Json.parse(body()));
    }
}
