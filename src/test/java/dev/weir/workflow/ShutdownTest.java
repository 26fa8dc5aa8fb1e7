package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ends of runs when the application ends. */
@Timeout(60)
class ShutdownTest {
    private static final Duration EVER = Duration.ofMinutes(1);
    private static final String ONE_PLACE = """
            controller:
              max_concurrent_count: 1
            workflow:
              component: a
            component:
              id: a
              type: http-client
              endpoint: http://127.0.0.1:9
            """;

    private final ChunkQueue queue = new ChunkQueue(8);
    private final RunnerFixture fixture = RunnerFixture.of(() -> new Output.Streamed(queue), ONE_PLACE, 4);
    private final ExecutorService server = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void nobodyWaitsWhereNothingRuns() throws InterruptedException {
        answer(run());
        drainNow(EVER);
        assertThat(fixture.workflows().health().isReady()).isFalse();
    }

    @Test
    void aStreamMayFinishAndItsLastByteIsWaitedFor() throws Exception {
        Run run = run();
        RunOutput.Streamed stream = (RunOutput.Streamed) fixture.drive(run);
        Future<?> drained = drain(EVER);

        queue.offer("a");
        queue.complete();
        assertThat(BlockingReader.take(stream.chunks())).isEqualTo(new Received.Chunk("a"));
        assertThat(BlockingReader.take(stream.chunks())).isEqualTo(new Received.Completed());
        assertThat(run.state()).isInstanceOf(RunState.Completed.class);
        assertThat(drained.isDone()).as("before the client has it all").isFalse();
        fixture.runs().answered(run, new DeliveryStats());
        fixture.runs().answered(run, new DeliveryStats());
        drained.get();
    }

    @Test
    void nothingBeginsAnyMoreAndWhoWaitedForAPlaceIsTold() throws Exception {
        Run atWork = run();
        fixture.drive(atWork);
        Run waiting = run();
        CompletableFuture<RunOutput> told = fixture.told(waiting);
        Future<?> drained = drain(EVER);

        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        WeirException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
        while (!waiting.state().ended()) {
            Thread.onSpinWait();
        }
        assertShutDown(waiting);
        assertThatThrownBy(told::join).hasMessageContaining("shutting down");
        assertThat(atWork.state()).isEqualTo(new RunState.Processing());
        answer(waiting);
        assertThat(drained.isDone()).isFalse();
        answer(atWork);
        drained.get();
    }

    @Test
    void aStreamThatDoesNotFinishInTimeIsToldTheReason() throws Exception {
        Run run = run();
        RunOutput.Streamed stream = (RunOutput.Streamed) fixture.drive(run);
        queue.offer("a");
        assertThat(BlockingReader.take(stream.chunks())).isEqualTo(new Received.Chunk("a"));
        drainNow(Duration.ofMillis(1));

        assertShutDown(run);
        assertThat(BlockingReader.take(stream.chunks()))
                .isInstanceOfSatisfying(
                        Received.Failed.class,
                        failed -> assertThat(failed.cause().code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aRunThatCannotWaitIsOverForEveryone() throws InterruptedException {
        run();
        Run waiting = run();
        fixture.timers().shutdown();
        assertThatThrownBy(() -> fixture.drive(waiting)).hasMessageContaining("shutting down");
        assertShutDown(waiting);
        fixture.runs().answered(waiting, new DeliveryStats());
        assertThat(fixture.workflows().entrance().inside()).isEqualTo(1);
    }

    private Run run() {
        return fixture.admit(null, Map.of());
    }

    private void answer(Run run) {
        run.cancel("read to the end");
        fixture.runs().answered(run, new DeliveryStats());
    }

    private void drainNow(Duration patience) throws InterruptedException {
        fixture.workflows().refuse();
        fixture.workflows().awaitRuns(patience);
        fixture.workflows().failRuns();
    }

    /** Begins to drain; when this returns, no run is admitted. */
    private Future<?> drain(Duration patience) {
        Future<?> drained = server.submit(() -> {
            drainNow(patience);
            return null;
        });
        while (fixture.workflows().health().refusal().isEmpty()) {
            Thread.onSpinWait();
        }
        return drained;
    }

    private static void assertShutDown(Run run) {
        assertThat(run.state())
                .isInstanceOfSatisfying(
                        RunState.Failed.class,
                        end -> assertThat(end.cause().code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    }
}
