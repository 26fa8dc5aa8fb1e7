package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.stream.ChunkQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
        assertThatThrownBy(() -> fixture.admit(null, Map.of("size", "huge", "volume", 11, "count", "many")))
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
        Run run = fixture.admit(null, Map.of("size", "large", "volume", "3", "count", 7));
        assertThat(fixture.runner().drive(run)).isEqualTo(new RunOutput.Value("ok"));
        assertThat(run.state()).isEqualTo(new RunState.Completed("ok"));
    }

    @Test
    void whatTheInputIsReadFromIsLetGoWithTheRunAndTheOutputOutlivesIt() throws InterruptedException {
        Map<String, Object> source = new HashMap<>(Map.of("files", List.of("a")));
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value(source), "");
        Run run = fixture.admit(null, source);
        run.readsFrom(source::clear);
        assertThat(fixture.runner().drive(run)).isEqualTo(new RunOutput.Value(Map.of("files", List.of("a"))));
        assertThat(source).isEmpty();

        source.put("files", "b");
        Run cancelled = fixture.admit(null, source);
        cancelled.readsFrom(source::clear);
        cancelled.cancel("enough");
        assertThat(source).isEmpty();
    }

    @Test
    void aRunAboveTheLimitIsRefusedUntilAnotherHasEnded() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(1);
        RunnerFixture fixture = RunnerFixture.of(
                () -> new Output.Streamed(queue), "controller:\n  max_concurrent_count: 1\n" + DECLARED);
        Run first = fixture.admit(null, Map.of());
        assertThatThrownBy(() -> fixture.admit(null, Map.of()))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TOO_MANY_RUNS))
                .hasMessageContaining("max_concurrent_count");
        RunOutput.Streamed streamed = (RunOutput.Streamed) fixture.runner().drive(first);
        assertThat(fixture.tasks().open()).isEqualTo(1);
        streamed.chunks().close();
        assertThat(first.state()).isInstanceOf(RunState.Cancelled.class);
        assertThat(queue.isCancelled()).isTrue();
        fixture.admit(null, Map.of()).cancel("no longer wanted");
        assertThat(fixture.tasks().open()).isZero();
    }

    @Test
    void aRunAboveTheLimitWaitsForTheEndOfAnother() {
        RunnerFixture fixture = limitedToOne(1);
        List<Run> begun = new ArrayList<>();
        Run first = fixture.admit(null, Map.of());
        assertThat(fixture.runner().start(first, () -> begun.add(first))).isFalse();
        Run second = fixture.admit(null, Map.of());
        assertThat(fixture.runner().start(second, () -> begun.add(second))).isTrue();
        assertThat(second.state()).isEqualTo(new RunState.Pending());
        assertThat(begun).containsExactly(first);
        first.cancel("no longer wanted");
        assertThat(begun).containsExactly(first, second);
        assertThat(fixture.timers().pending()).isZero();
        second.cancel("no longer wanted");
        assertThat(fixture.tasks().open()).isZero();
    }

    @Test
    void aRunThatWaitsTooLongFailsAndItsClientIsTold() {
        RunnerFixture fixture = limitedToOne(1);
        Run first = fixture.admit(null, Map.of());
        Run second = fixture.admit(null, Map.of());
        AtomicInteger begun = new AtomicInteger();
        fixture.runner().start(second, begun::incrementAndGet);
        fixture.timers().fire();
        assertThat(begun).hasValue(1);
        assertThatThrownBy(() -> fixture.runner().drive(second))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED))
                .hasMessageContaining("weir.runs.queue-timeout")
                .hasMessageContaining("60000 ms");
        assertThat(first.state()).isEqualTo(new RunState.Pending());
        Run third = fixture.admit(null, Map.of());
        third.cancel("its place in the room was free again");
    }

    @Test
    void aWaitingRunThatIsCancelledLeavesTheRoomAndItsClientIsTold() {
        RunnerFixture fixture = limitedToOne(1);
        fixture.admit(null, Map.of());
        Run second = fixture.admit(null, Map.of());
        AtomicInteger begun = new AtomicInteger();
        fixture.runner().start(second, begun::incrementAndGet);
        second.cancel("a DELETE request");
        assertThat(begun).hasValue(1);
        assertThat(second.state()).isEqualTo(new RunState.Cancelled("a DELETE request"));
        assertThatThrownBy(() -> fixture.runner().drive(second)).hasMessageContaining("a DELETE request");
        fixture.admit(null, Map.of()).cancel("its place in the room was free again");
    }

    @Test
    void aShutdownEndsThoseWhoWaitBeforeAPlaceIsFreeForThem() throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.of(
                () -> new Output.Streamed(new ChunkQueue(1)),
                "controller:\n  max_concurrent_count: 1\n" + DECLARED,
                64);
        fixture.runner().drive(fixture.admit(null, Map.of()));
        List<RunState> begunAs = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Run waits = fixture.admit(null, Map.of());
            fixture.runner().start(waits, () -> begunAs.add(waits.state()));
        }
        fixture.workflows().close();
        assertThat(begunAs).hasSize(64).allMatch(RunState::ended);
        assertThat(fixture.tasks().open()).isZero();
    }

    private static RunnerFixture limitedToOne(int maxWaitingRuns) {
        return RunnerFixture.of(
                () -> {
                    throw new AssertionError("must not run");
                },
                "controller:\n  max_concurrent_count: 1\n" + DECLARED,
                maxWaitingRuns);
    }

    @Test
    void aRunThatNobodyWaitsForKeepsItsWholeOutput() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("Once");
        queue.offer(" upon");
        queue.complete();
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "${output as text;sse-text}");
        Run run = fixture.admit(null, Map.of());
        fixture.runner().driveToEnd(run);
        assertThat(run.state()).isEqualTo(new RunState.Completed("Once upon"));
        assertThat(fixture.tasks().find(run.taskId())).contains(run);
    }

    @Test
    void anOutputTooLargeToKeepFailsTheRunAndStopsItsProducer() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(64);
        for (int i = 0; i < 64; i++) {
            queue.offer("chunk");
        }
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "");
        Run run = fixture.admit(null, Map.of());
        fixture.runner().driveToEnd(run);
        assertTooLarge(run);
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aValueTooLargeToKeepFailsTheRun() throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value("x".repeat(1_000)), "");
        Run run = fixture.admit(null, Map.of());
        fixture.runner().driveToEnd(run);
        assertTooLarge(run);
    }

    private static void assertTooLarge(Run run) {
        assertThat(run.state()).isInstanceOfSatisfying(RunState.Failed.class, failed -> {
            assertThat(failed.cause().code()).isEqualTo(ErrorCode.OUTPUT_TOO_LARGE);
            assertThat(failed.cause().detail()).contains("larger than weir.task.max-output allows, 1000 bytes");
        });
    }

    @Test
    void aStreamingRunEndsAsItsStreamDoes() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("a");
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "${output as text;sse-json}");
        Run run = fixture.admit(null, Map.of());
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
        Run run = fixture.admit(null, Map.of());
        run.cancel("a DELETE request");
        assertThatThrownBy(() -> fixture.runner().drive(run))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED))
                .hasMessageContaining("a DELETE request");
    }
}
