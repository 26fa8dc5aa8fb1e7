package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.stream.ChunkQueue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkflowRunnerTest {
    private static final String DECLARED = """
            workflow:
              input:
                size: ${input.size as select/small,large | small}
                volume: ${input.volume as slider/0,10,1 | 5}
                count: ${input.count as integer}
              component: a
            component:
              id: a
              type: http-client
              endpoint: http://127.0.0.1:9
            """;

    @Test
    void anInputThatBreaksItsDeclarationIsRefusedBeforeAnythingRuns() {
        RunnerFixture fixture = RunnerFixture.of(
                () -> {
                    throw new AssertionError("must not run");
                },
                DECLARED);
        assertThatThrownBy(() -> fixture.runner().admit(null, Map.of("size", "huge", "volume", 11, "count", "many")))
                .isInstanceOfSatisfying(WeirException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
                    assertThat(failure.detail())
                            .contains("input.size", "'huge'", "small, large")
                            .contains("input.volume", "11", "0", "10")
                            .contains("input.count", "'many'");
                });
        assertThat(fixture.tasks().open()).isZero();
    }

    @Test
    void anInputThatKeepsItsDeclarationIsRun() throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.of(() -> new Output.Value("ok"), DECLARED);
        Run run = fixture.runner().admit(null, Map.of("size", "large", "volume", "3", "count", 7));
        assertThat(fixture.runner().drive(run)).isEqualTo(new RunOutput.Value("ok"));
        assertThat(run.state()).isEqualTo(new RunState.Completed("ok"));
    }

    @Test
    void whatTheInputIsReadFromIsLetGoWithTheRunAndTheOutputOutlivesIt() throws InterruptedException {
        Map<String, Object> source = new HashMap<>(Map.of("files", List.of("a")));
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value(source), "");
        Run run = fixture.runner().admit(null, source);
        run.readsFrom(source::clear);
        assertThat(fixture.runner().drive(run)).isEqualTo(new RunOutput.Value(Map.of("files", List.of("a"))));
        assertThat(source).isEmpty();

        source.put("files", "b");
        Run cancelled = fixture.runner().admit(null, source);
        cancelled.readsFrom(source::clear);
        cancelled.cancel("enough");
        assertThat(source).isEmpty();
    }

    @Test
    void aRunAboveTheLimitIsRefusedUntilAnotherHasEnded() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(1);
        RunnerFixture fixture = RunnerFixture.of(
                () -> new Output.Streamed(queue), "controller:\n  max_concurrent_count: 1\n" + DECLARED);
        Run first = fixture.runner().admit(null, Map.of());
        assertThatThrownBy(() -> fixture.runner().admit(null, Map.of()))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TOO_MANY_RUNS))
                .hasMessageContaining("max_concurrent_count");
        RunOutput.Streamed streamed = (RunOutput.Streamed) fixture.runner().drive(first);
        assertThat(fixture.tasks().open()).isEqualTo(1);
        streamed.chunks().close();
        assertThat(first.state()).isInstanceOf(RunState.Cancelled.class);
        assertThat(queue.isCancelled()).isTrue();
        fixture.runner().admit(null, Map.of()).cancel("no longer wanted");
        assertThat(fixture.tasks().open()).isZero();
    }

    @Test
    void aRunThatNobodyWaitsForKeepsItsWholeOutput() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("Once");
        queue.offer(" upon");
        queue.complete();
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "${output as text;sse-text}");
        Run run = fixture.runner().admit(null, Map.of());
        fixture.runner().driveToEnd(run);
        assertThat(run.state()).isEqualTo(new RunState.Completed("Once upon"));
        assertThat(fixture.tasks().find(run.taskId())).contains(run);
    }

    @Test
    void aStreamingRunEndsAsItsStreamDoes() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("a");
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "${output as text;sse-json}");
        Run run = fixture.runner().admit(null, Map.of());
        RunOutput.Streamed streamed = (RunOutput.Streamed) fixture.runner().drive(run);
        assertThat(streamed.format()).contains("sse-json");
        streamed.chunks().take();
        assertThat(run.state()).isInstanceOf(RunState.Processing.class);
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        streamed.chunks().take();
        assertThat(run.state()).isInstanceOf(RunState.Failed.class);
        streamed.chunks().close();
        assertThat(run.state()).isInstanceOf(RunState.Failed.class);
    }

    @Test
    void aRunCancelledBeforeItBeganRunsNothing() {
        RunnerFixture fixture = RunnerFixture.ofOneJob(
                () -> {
                    throw new AssertionError("must not run");
                },
                "");
        Run run = fixture.runner().admit(null, Map.of());
        run.cancel("a DELETE request");
        assertThatThrownBy(() -> fixture.runner().drive(run))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED))
                .hasMessageContaining("a DELETE request");
    }
}
