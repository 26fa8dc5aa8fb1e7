package dev.weir.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.component.Output;
import dev.weir.runtime.Settings;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.Content;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunState;
import dev.weir.workflow.RunnerFixture;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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

/** Whatever a run gives, its request is answered and its producer let go. */
@Timeout(20)
class ResponderTest {
    private static final String AS_TEXT = "${output as text;sse-text}";

    private final List<Response> responses = new ArrayList<>();
    private final ChunkQueue queue = new ChunkQueue(8);
    private String written = "";
    private boolean taken = true;
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
    }

    @Test
    void aStreamIsWrittenInTheFormatItsWorkflowNames() {
        queue.offer("a");
        queue.offer(" b");
        queue.complete();
        Run run = answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(status()).isEqualTo(200);
        assertThat(written).isEqualTo("data: a\n\ndata:  b\n\n");
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
        assertThat(written).startsWith("data: a\n\nevent: error\ndata: {").contains("component a: gone");
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
        assertThat(responses.get(0).getMediaType()).hasToString("application/octet-stream");
        assertThat(written).isEqualTo("x");
    }

    @Test
    void aResponseThatNobodyTakesCancelsTheRun() {
        taken = false;
        queue.offer("a");
        Run run = answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(run.state()).isInstanceOf(RunState.Cancelled.class);
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
        assertThat(written).contains("event: error", "\"status\":503", "shutting down");
        assertThat(run.state()).isInstanceOf(RunState.Failed.class);
    }

    @Test
    void aStreamWhoseThreadIsEndedDoesNotLookComplete() {
        queue.offer("a");
        Run run = answer(
                () -> new Output.Streamed(queue),
                AS_TEXT,
                "",
                answered -> Thread.currentThread().interrupt());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(written).startsWith("data: a\n\n").contains("event: error", "\"status\":503", "shutting down");
        assertThat(run.state()).isInstanceOf(RunState.Failed.class);
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aValueIsItsJsonOrOneEventForWhoTakesOnlyEvents() {
        answer(new Output.Value(Map.of("n", 1)), "", "application/json, text/event-stream");
        assertThat(body()).isEqualTo("{\"n\":1}");
        answer(new Output.Value("a\nb"), "", "text/event-stream");
        assertThat(written).isEqualTo("data: \"a\\nb\"\n\n");
    }

    @Test
    void aRunThatFindsNoThreadIsRefusedAndHasFailed() {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), AS_TEXT);
        Run run = fixture.admit(null, Map.of());
        responder(fixture, run, new RunRequest(null, Map.of(), true, true, false), "")
                .refuse(suspended(() -> {}), new WeirException(ErrorCode.TOO_MANY_RUNS, "all threads are busy"));
        assertThat(status()).isEqualTo(429);
        assertThat(responses.get(0).getHeaderString("Retry-After")).isEqualTo("1");
        assertThat(run.state()).isInstanceOf(RunState.Failed.class);
        assertThat(line()).endsWith(" ended_by=too-many-runs");
    }

    @Test
    void whoDoesNotWaitForTheRunIsAnsweredWhileItWaits() {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), AS_TEXT);
        Run run = fixture.admit(null, Map.of());
        responder(fixture, run, new RunRequest(null, Map.of(), true, true, false), "")
                .toldToWait(suspended(() -> {}));
        assertThat(responses).isEmpty();
        responder(fixture, run, new RunRequest(null, Map.of(), false, false, false), "")
                .toldToWait(suspended(() -> {}));
        assertThat(status()).isEqualTo(202);
        assertThat(body()).contains(run.taskId(), "pending");
    }

    @Test
    void oneLineTellsOfAStream() {
        queue.offer("a");
        queue.offer(" b");
        queue.complete();
        Run run = answer(new Output.Streamed(queue), AS_TEXT, "");
        assertThat(line())
                .matches("task=" + run.taskId() + " workflow=__workflow__ status=completed chunks=2 bytes="
                        + written.length() + " first_chunk_ms=\\d+ duration_ms=\\d+ ended_by=completion");
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
        responder(fixture, run, new RunRequest(null, Map.of(), true, true, false), "")
                .answer(suspended(() -> {}));
        assertThat(status()).isEqualTo(503);
        assertThat(responses.get(0).getHeaderString("Retry-After")).isEqualTo("1");
        assertThat(line()).contains("status=failed chunks=0").endsWith(" ended_by=overloaded");
    }

    @Test
    void oneLineTellsOfARunThatNobodyWaitsFor() {
        queue.offer("a");
        queue.complete();
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "");
        Run run = fixture.admit(null, Map.of());
        responder(fixture, run, new RunRequest(null, Map.of(), false, false, false), "")
                .answer(suspended(() -> {}));
        assertThat(line()).contains("status=completed chunks=0").endsWith(" ended_by=completion");
    }

    @Test
    void aStreamThatItsClientMayContinueHasIdsAndOneLineWhenTheClientHasItAll() {
        queue.offer("a");
        queue.offer(" b");
        queue.complete();
        Run run = answerContinuable(new Output.Streamed(queue), "");
        assertThat(written)
                .isEqualTo("id: T:0\n\nid: T:1\ndata: a\n\nid: T:2\ndata:  b\n\n".replace("T", run.taskId()));
        awaitLine();
        assertThat(line()).contains("status=completed chunks=2 bytes=" + written.length());
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
        assertThat(written).isEqualTo("id: " + run.taskId() + ":1\ndata: \"v\"\n\n");
    }

    private Run answerContinuable(Output output, String accept) {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> output, output instanceof Output.Value ? "" : AS_TEXT);
        Run run = fixture.admit(null, Map.of());
        responder(fixture, run, new RunRequest(null, Map.of(), true, true, true), accept)
                .answer(suspended(() -> {}));
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
        return answer(behaviour, workflowOutput, accept, run -> {});
    }

    private Run answer(
            RunnerFixture.Behaviour behaviour, String workflowOutput, String accept, Consumer<Run> afterTheFirstWrite) {
        RunnerFixture fixture = RunnerFixture.ofOneJob(behaviour, workflowOutput);
        Run run = fixture.admit(null, Map.of());
        responder(fixture, run, new RunRequest(null, Map.of(), true, true, false), accept)
                .answer(suspended(() -> afterTheFirstWrite.accept(run)));
        return run;
    }

    private static Responder responder(RunnerFixture fixture, Run run, RunRequest request, String accept) {
        Settings settings = new Settings() {
            @Override
            public Duration heartbeat() {
                return Duration.ZERO;
            }

            @Override
            public Duration writeTimeout() {
                return Duration.ofMinutes(1);
            }
        };
        return new Responder(
                request,
                run,
                accept,
                fixture.runner(),
                new Problems(fixture.workflows()),
                settings,
                fixture.pools(),
                ServletAnswer.none());
    }

    /** A suspended response that writes what it is resumed with, at once, as the servers do. */
    private AsyncResponse suspended(Runnable afterTheFirstWrite) {
        return (AsyncResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {AsyncResponse.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("resume")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    Response response = (Response) arguments[0];
                    responses.add(response);
                    if (taken && response.getEntity() instanceof StreamingOutput body) {
                        write(body, afterTheFirstWrite);
                    }
                    return taken;
                });
    }

    private void write(StreamingOutput body, Runnable afterTheFirstWrite) {
        ByteArrayOutputStream client = new ByteArrayOutputStream() {
            private boolean first = true;

            @Override
            public void flush() {
                if (first) {
                    first = false;
                    afterTheFirstWrite.run();
                }
            }
        };
        try {
            body.write(client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        written = client.toString(StandardCharsets.UTF_8);
    }

    private int status() {
        assertThat(responses).hasSize(1);
        return responses.get(0).getStatus();
    }

    private @Nullable String body() {
        return new String((byte[]) responses.get(responses.size() - 1).getEntity(), StandardCharsets.UTF_8);
    }

    private String problem() {
        assertThat(responses.get(0).getMediaType()).hasToString(Problems.MEDIA_TYPE);
        return Json.write(Json.parse(body()));
    }
}
