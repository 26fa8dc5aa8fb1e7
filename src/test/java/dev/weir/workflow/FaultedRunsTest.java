package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.security.Access;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.FaultyExecutor;
import dev.weir.stream.FaultyExecutor.Fault;
import dev.weir.stream.Received;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A refused thread or timer ends the run that needs it. The run releases everything, and the next run works. */
@Timeout(60)
class FaultedRunsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String JOBS = """
            controller:
              max_concurrent_count: 1
            workflow:
              limits:
                chunks: 1000/1s
              jobs:
                - id: wait
                  type: delay
                  duration: 1ms
                - id: first
                  component: a
                  repeat_count: 2
                - id: last
                  component: a
                  depends_on: [wait, first]
            component:
              id: a
              type: http-client
              endpoint: http://127.0.0.1:9
            """;

    private final FaultyExecutor threads = new FaultyExecutor();

    @AfterEach
    void end() {
        threads.close();
    }

    /** The way in which a run is started and read to its end. */
    private enum Way {
        LISTENED,
        RESUMABLE,
        BACKGROUND
    }

    private static Output streamed() {
        ChunkQueue queue = new ChunkQueue(8);
        for (int i = 0; i < 8; i++) {
            queue.offer("c" + i);
        }
        queue.complete();
        return new Output.Streamed(queue);
    }

    /** Counts the calls of its listener. */
    private static final class Told implements RunListener {
        private final AtomicInteger told = new AtomicInteger();
        private volatile RunOutput output;

        @Override
        public void onBegin() {}

        @Override
        public void onOutput(RunOutput given) {
            output = given;
            told.incrementAndGet();
        }

        @Override
        public void onFailure(WeirException failure) {
            told.incrementAndGet();
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private void run(RunnerFixture fixture, Way way) throws InterruptedException {
        AtomicInteger released = new AtomicInteger();
        Run run = fixture.runs().admit(null, Map.of(), Access.open(), released::incrementAndGet);
        if (way == Way.BACKGROUND) {
            fixture.runs().startInBackground(run);
        } else {
            listen(fixture, run, way);
        }
        await(() -> run.state().ended() && fixture.workflows().entrance().inside() == 0);
        assertThat(released).hasValue(1);
        assertThat(fixture.tasks().open()).isZero();
    }

    private static void listen(RunnerFixture fixture, Run run, Way way) throws InterruptedException {
        Told told = new Told();
        fixture.runs().start(run, told);
        await(() -> told.told.get() > 0);
        if (told.output instanceof RunOutput.Streamed streamed) {
            DeliveryStats delivery = new DeliveryStats();
            ChunkSource source =
                    way == Way.RESUMABLE ? fixture.runs().makeResumable(run, streamed, delivery) : streamed.chunks();
            Received received = BlockingReader.poll(source, LONG);
            while (received instanceof Received.Chunk) {
                received = BlockingReader.poll(source, LONG);
            }
            assertThat(received).as("an end").isNotNull();
            source.close();
        }
        if (way == Way.LISTENED || !(told.output instanceof RunOutput.Streamed)) {
            fixture.runs().answered(run, new DeliveryStats());
        }
        await(() -> run.state().ended());
        assertThat(told.told).as("what the listener was told").hasValue(1);
    }

    private void eachFault(Fault fault, Way way) throws InterruptedException {
        RunnerFixture fixture = RunnerFixture.onThreads(FaultedRunsTest::streamed, JOBS, threads);
        boolean happened = true;
        for (int n = 1; happened; n++) {
            threads.failAt(n, fault);
            run(fixture, way);
            happened = threads.happened();
            threads.failAt(0, fault);
            run(fixture, way);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRunWhoseListenerIsTold(Fault fault) throws Exception {
        eachFault(fault, Way.LISTENED);
    }

    @ParameterizedTest
    @EnumSource
    void aRunThatMayBeResumed(Fault fault) throws Exception {
        eachFault(fault, Way.RESUMABLE);
    }

    @ParameterizedTest
    @EnumSource
    void aRunInTheBackground(Fault fault) throws Exception {
        eachFault(fault, Way.BACKGROUND);
    }
}
