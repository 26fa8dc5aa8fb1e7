package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.security.Access;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.DeliveryStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunsTest {
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
        assertThat(fixture.drive(run)).isEqualTo(new RunOutput.Value("ok"));
        assertThat(run.state()).isEqualTo(new RunState.Completed("ok"));
    }

    @Test
    void whatTheInputIsReadFromIsLetGoWithTheRunAndTheOutputOutlivesIt() throws InterruptedException {
        Map<String, Object> source = new HashMap<>(Map.of("files", List.of("a")));
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value(source), "");
        Run run = fixture.runs().admit(null, source, Access.open(), source::clear);
        run.markInputTemporary();
        assertThat(fixture.drive(run)).isEqualTo(new RunOutput.Value(Map.of("files", List.of("a"))));
        assertThat(source).isEmpty();

        source.put("files", "b");
        Run cancelled = fixture.runs().admit(null, source, Access.open(), source::clear);
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
        RunOutput.Streamed streamed = (RunOutput.Streamed) fixture.drive(first);
        assertThat(fixture.tasks().open()).isEqualTo(1);
        streamed.chunks().close();
        assertThat(first.state()).isInstanceOf(RunState.Cancelled.class);
        assertThat(queue.isCancelled()).isTrue();
        fixture.admit(null, Map.of()).cancel("no longer wanted");
        assertThat(fixture.tasks().open()).isZero();
    }

    @Test
    void aRunAboveTheLimitWaitsForTheEndOfAnother() throws Exception {
        ChunkQueue queue = new ChunkQueue(1);
        RunnerFixture fixture = limitedToOne(() -> new Output.Streamed(queue), 1);
        Run first = fixture.admit(null, Map.of());
        fixture.drive(first);
        Run second = fixture.admit(null, Map.of());
        CompletableFuture<RunOutput> told = fixture.told(second);
        assertThat(second.state()).isEqualTo(new RunState.Pending());
        assertThat(told).isNotDone();
        first.cancel("no longer wanted");
        assertThat(told.get()).isInstanceOf(RunOutput.Streamed.class);
        assertThat(fixture.timers().pending()).isZero();
        second.cancel("no longer wanted");
        assertThat(fixture.tasks().open()).isZero();
    }

    @Test
    void aRunThatWaitsTooLongFailsAndItsClientIsTold() {
        RunnerFixture fixture = limitedToOne(RunsTest::mustNotRun, 1);
        Run first = fixture.admit(null, Map.of());
        Run second = fixture.admit(null, Map.of());
        CompletableFuture<RunOutput> told = fixture.told(second);
        fixture.timers().fire();
        assertThatThrownBy(told::join)
                .hasCauseInstanceOf(WeirException.class)
                .hasMessageContaining("weir.runs.queue-timeout")
                .hasMessageContaining("60000 ms");
        assertThat(second.state())
                .isInstanceOfSatisfying(
                        RunState.Failed.class,
                        failed -> assertThat(failed.cause().code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(first.state()).isEqualTo(new RunState.Pending());
        Run third = fixture.admit(null, Map.of());
        third.cancel("its place in the room was free again");
    }

    @Test
    void aWaitingRunThatIsCancelledLeavesTheRoomAndItsClientIsTold() {
        RunnerFixture fixture = limitedToOne(RunsTest::mustNotRun, 1);
        fixture.admit(null, Map.of());
        Run second = fixture.admit(null, Map.of());
        CompletableFuture<RunOutput> told = fixture.told(second);
        second.cancel("a DELETE request");
        assertThat(second.state()).isEqualTo(new RunState.Cancelled("a DELETE request"));
        assertThatThrownBy(told::join).hasMessageContaining("a DELETE request");
        fixture.admit(null, Map.of()).cancel("its place in the room was free again");
    }

    @Test
    void aRunThatEndsWhileItWaitsNeverBegins() throws InterruptedException {
        AtomicInteger invoked = new AtomicInteger();
        RunnerFixture fixture = limitedToOne(
                () -> {
                    invoked.incrementAndGet();
                    return new Output.Value("output");
                },
                1);
        for (int i = 0; i < 2_000; i++) {
            Run first = fixture.admit(null, Map.of());
            Run second = fixture.admit(null, Map.of());
            CompletableFuture<RunOutput> told = fixture.told(second);
            second.cancel("a DELETE request");
            assertThatThrownBy(told::join).hasMessageContaining("a DELETE request");
            first.cancel("no longer wanted");
        }
        assertThat(invoked).hasValue(0);
        assertThat(fixture.tasks().open()).isZero();
    }

    @Test
    void aShutdownEndsThoseWhoWaitBeforeAPlaceIsFreeForThem() throws InterruptedException {
        AtomicInteger invoked = new AtomicInteger();
        RunnerFixture fixture = limitedToOne(
                () -> {
                    invoked.incrementAndGet();
                    return new Output.Streamed(new ChunkQueue(1));
                },
                64);
        fixture.drive(fixture.admit(null, Map.of()));
        List<CompletableFuture<RunOutput>> told = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            told.add(fixture.told(fixture.admit(null, Map.of())));
        }
        fixture.workflows().close();
        for (CompletableFuture<RunOutput> each : told) {
            assertThatThrownBy(each::join).hasMessageContaining("shutting down");
        }
        assertThat(invoked).hasValue(1);
        assertThat(fixture.tasks().open()).isZero();
    }

    @Test
    void whatARunHeldIsGivenBackWhateverStepOfItsEndFails() throws InterruptedException {
        RunnerFixture fixture = limitedToOne(() -> new Output.Value("output"), 0);
        Run run = fixture.runs().admit(null, Map.of(), Access.open(), () -> {
            throw new OutOfMemoryError("a test's");
        });
        run.cancellation().onCancel(() -> {
            throw new IllegalStateException("a test's");
        });
        assertThat(fixture.drive(run)).isEqualTo(new RunOutput.Value("output"));
        fixture.runs().answered(run, new DeliveryStats());
        assertThat(fixture.workflows().entrance().inside()).isZero();
        fixture.drive(fixture.admit(null, Map.of()));
    }

    private static Output mustNotRun() {
        throw new AssertionError("must not run");
    }

    private static RunnerFixture limitedToOne(RunnerFixture.Behaviour behaviour, int maxWaitingRuns) {
        return RunnerFixture.of(behaviour, "controller:\n  max_concurrent_count: 1\n" + DECLARED, maxWaitingRuns);
    }

    @Test
    void aRunThatNobodyWaitsForKeepsItsWholeOutput() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("Once");
        queue.offer(" upon");
        queue.complete();
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "${output as text;sse-text}");
        Run run = fixture.admit(null, Map.of());
        fixture.driveToEnd(run);
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
        fixture.driveToEnd(run);
        assertTooLarge(run);
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aValueTooLargeToKeepFailsTheRun() throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Value("x".repeat(1_000)), "");
        Run run = fixture.admit(null, Map.of());
        fixture.driveToEnd(run);
        assertTooLarge(run);
    }

    private static void assertTooLarge(Run run) {
        assertThat(run.state()).isInstanceOfSatisfying(RunState.Failed.class, failed -> {
            assertThat(failed.cause().code()).isEqualTo(ErrorCode.OUTPUT_TOO_LARGE);
            assertThat(failed.cause().detail()).contains("too large (at most 1000 bytes, weir.task.max-output)");
        });
    }

    @Test
    void aStreamingRunEndsAsItsStreamDoes() throws InterruptedException {
        ChunkQueue queue = new ChunkQueue(4);
        queue.offer("a");
        RunnerFixture fixture = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "${output as text;sse-json}");
        Run run = fixture.admit(null, Map.of());
        RunOutput.Streamed streamed = (RunOutput.Streamed) fixture.drive(run);
        assertThat(streamed.format()).contains("sse-json");
        BlockingReader.take(streamed.chunks());
        assertThat(run.state()).isInstanceOf(RunState.Processing.class);
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        BlockingReader.take(streamed.chunks());
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
        assertThatThrownBy(() -> fixture.drive(run))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED))
                .hasMessageContaining("a DELETE request");
    }
}
