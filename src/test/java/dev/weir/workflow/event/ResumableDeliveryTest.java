package dev.weir.workflow.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Numbered;
import dev.weir.stream.Received;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.RunState;
import dev.weir.workflow.RunnerFixture;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run that streams to a client that may reconnect. */
@Timeout(60)
class ResumableDeliveryTest {
    private final ChunkQueue queue = new ChunkQueue(64);
    private final RunnerFixture fixture =
            RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "${output as text;sse-text}");
    private final Run run = fixture.admit(null, Map.of());
    private EventReader reader;

    /** Completed when the client has read everything or has permanently disconnected. */
    private CompletableFuture<Void> pumped() throws InterruptedException {
        RunOutput.Streamed output = (RunOutput.Streamed) fixture.drive(run);
        reader = fixture.runs().makeResumable(run, output, new DeliveryStats());
        return CompletableFuture.runAsync(() -> {
            while (fixture.workflows().entrance().inside() > 0) {
                Thread.onSpinWait();
            }
        });
    }

    private static Object value(Received received) {
        return ((Numbered) ((Received.Chunk) received).value()).value();
    }

    @Test
    void aClientThatComesBackHasTheRestAndTheConnectionBeforeIsEnded() throws Exception {
        CompletableFuture<Void> pump = pumped();
        EventReader first = reader;
        queue.offer("a");
        queue.offer("b");
        assertThat(value(BlockingReader.take(first))).isEqualTo("a");
        EventReader second = run.follow(1);
        assertThat(((Received.Failed) BlockingReader.take(first)).cause().code())
                .isEqualTo(ErrorCode.SUPERSEDED);
        first.close();
        assertThat(fixture.timers().pending()).isZero();
        assertThat(value(BlockingReader.take(second))).isEqualTo("b");
        queue.complete();
        assertThat(BlockingReader.take(second)).isInstanceOf(Received.Completed.class);
        second.close();
        pump.get(10, TimeUnit.SECONDS);
        assertThat(run.state()).isEqualTo(new RunState.Completed(null));
        assertThat(run.lastEvent()).isEqualTo(2);
    }

    @Test
    void aClientThatStaysAwayEndsTheRun() throws Exception {
        CompletableFuture<Void> pump = pumped();
        queue.offer("a");
        assertThat(value(BlockingReader.take(reader))).isEqualTo("a");
        reader.close();
        assertThat(run.state().ended()).isFalse();
        fixture.timers().fire();
        pump.get(10, TimeUnit.SECONDS);
        assertThat(run.state()).isEqualTo(new RunState.Cancelled("client disconnected"));
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aClientThatLeavesBeforeItHasAnIdToComeBackWithEndsTheRun() throws Exception {
        CompletableFuture<Void> pump = pumped();
        reader.close();
        assertThat(run.state()).isEqualTo(new RunState.Cancelled("client disconnected"));
        pump.get(10, TimeUnit.SECONDS);
        assertThat(queue.isCancelled()).isTrue();
    }

    @Test
    void aClientThatIsBackInTimeKeepsTheRun() throws Exception {
        CompletableFuture<Void> pump = pumped();
        queue.offer("a");
        assertThat(value(BlockingReader.take(reader))).isEqualTo("a");
        reader.close();
        assertThat(fixture.timers().pending()).isEqualTo(1);
        reader = run.follow(1);
        assertThat(fixture.timers().pending()).isZero();
        queue.offer("b");
        queue.complete();
        assertThat(value(BlockingReader.take(reader))).isEqualTo("b");
        assertThat(BlockingReader.take(reader)).isInstanceOf(Received.Completed.class);
        reader.close();
        pump.get(10, TimeUnit.SECONDS);
    }

    @Test
    void theRunGoesOnlySoFarAheadOfAClientThatIsAway() throws Exception {
        CompletableFuture<Void> pump = pumped();
        for (int i = 0; i < 20; i++) {
            queue.offer("c" + i);
        }
        queue.complete();
        assertThat(value(BlockingReader.take(reader))).isEqualTo("c0");
        reader.close();
        while (run.lastEvent() < RunnerFixture.CAPACITY) {
            Thread.onSpinWait();
        }
        reader = run.follow(1);
        for (int i = 1; i < 20; i++) {
            assertThat(value(BlockingReader.take(reader))).isEqualTo("c" + i);
        }
        assertThat(BlockingReader.take(reader)).isInstanceOf(Received.Completed.class);
        reader.close();
        pump.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whoReadsTheEventsBesidesHoldsNobodyUp() throws Exception {
        CompletableFuture<Void> pump = pumped();
        EventReader beside = run.events(0);
        for (int i = 0; i < 20; i++) {
            queue.offer("c" + i);
        }
        queue.complete();
        for (int i = 0; i < 20; i++) {
            assertThat(value(BlockingReader.take(reader))).isEqualTo("c" + i);
        }
        assertThat(BlockingReader.take(reader)).isInstanceOf(Received.Completed.class);
        reader.close();
        pump.get(10, TimeUnit.SECONDS);
        assertThat(((Received.Failed) BlockingReader.take(beside)).cause().code())
                .isEqualTo(ErrorCode.EVENTS_GONE);
    }

    @Test
    void theFailureOfTheRunIsTheEndOfItsEvents() throws Exception {
        CompletableFuture<Void> pump = pumped();
        queue.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "gone"));
        assertThat(((Received.Failed) BlockingReader.take(reader)).cause().detail())
                .isEqualTo("component a: gone");
        reader.close();
        pump.get(10, TimeUnit.SECONDS);
    }

    /** A client may request an ended run for an hour. */
    @Test
    void anEndedRunKeepsNothingOfItsSource() throws Exception {
        RunnerFixture other = RunnerFixture.ofOneJob(() -> new Output.Streamed(queue), "${output as text;sse-text}");
        Run ended = other.admit(null, Map.of());
        RunOutput.Streamed output = (RunOutput.Streamed) other.drive(ended);
        WeakReference<ChunkSource> source = new WeakReference<>(output.chunks().map(chunk -> chunk));
        EventReader client = other.runs()
                .makeResumable(
                        ended,
                        new RunOutput.Streamed(source.get(), output.format(), output.content()),
                        new DeliveryStats());
        output = null;
        queue.complete();
        assertThat(BlockingReader.take(client)).isInstanceOf(Received.Completed.class);
        client.close();
        while (source.get() != null) {
            System.gc();
            Thread.onSpinWait();
        }
        assertThat(ended.follow(0).poll()).isInstanceOf(Received.Completed.class);
    }

    @Test
    void anEventThatNeverWasIsRefused() {
        assertThatThrownBy(() -> run.events(1))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST))
                .hasMessageContaining("names event 1", run.taskId(), "only 0");
    }

    @Test
    void aRunThatIsNoSuchStreamSaysWhereItsEventsAre() {
        assertThatThrownBy(() -> run.follow(0)).hasMessageContaining("tasks/" + run.taskId() + "/events");
    }

    @Test
    void aRunThatNobodyWaitsForHasItsChunksAsEvents() throws Exception {
        queue.offer("a");
        queue.offer("");
        queue.offer(" b");
        queue.complete();
        fixture.driveToEnd(run);
        EventReader reader = run.events(0);
        assertThat(value(BlockingReader.take(reader))).isEqualTo("a");
        assertThat(value(BlockingReader.take(reader))).isEqualTo(" b");
        assertThat(BlockingReader.take(reader)).isInstanceOf(Received.Completed.class);
        assertThat(run.state()).isEqualTo(new RunState.Completed("a b"));
    }

    @Test
    void aValueIsTheOnlyEventOfItsRun() throws Exception {
        RunnerFixture values = RunnerFixture.ofOneJob(() -> new Output.Value(Map.of("n", 1)), "");
        Run valued = values.admit(null, Map.of());
        values.drive(valued);
        EventReader reader = valued.events(0);
        assertThat(value(BlockingReader.take(reader))).isEqualTo(Map.of("n", 1));
        assertThat(BlockingReader.take(reader)).isInstanceOf(Received.Completed.class);
        assertThat(valued.hasCompleted()).isTrue();
    }

    @Test
    void aRunThatWasCancelledSaysSoToWhoReadsItsEvents() throws Exception {
        EventReader reader = run.events(0);
        run.cancel("cancelled by a DELETE request");
        assertThat(((Received.Failed) BlockingReader.take(reader)).cause().detail())
                .isEqualTo("the run was cancelled: cancelled by a DELETE request");
    }
}
