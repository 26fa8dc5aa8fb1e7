package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Output;
import dev.weir.security.Caller;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Received;
import dev.weir.workflow.event.EventReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Filtered text appears nowhere: not in the response, the stored output, the events or an error. */
class OutputFilteringTest {
    private static final String FILTERS = """
            workflow:
              id: chat
              component: a
              filters:
                - {type: deny-list, words: [secret]}
                - {type: deny-list, name: names, words: [Voldemort], action: block}
            component:
              id: a
              type: http-client
              endpoint: http://127.0.0.1:9
            """;

    private static Run drivenToEnd(RunnerFixture fixture) throws InterruptedException {
        Run run = fixture.admit(null, Map.of());
        fixture.driveToEnd(run);
        return run;
    }

    private static Output streamed(Object... chunks) {
        ChunkQueue queue = new ChunkQueue(chunks.length);
        for (Object chunk : chunks) {
            queue.offer(chunk);
        }
        queue.complete();
        return new Output.Streamed(queue);
    }

    private static RunnerFixture giving(RunnerFixture.Behaviour behaviour) {
        return RunnerFixture.of(behaviour, FILTERS);
    }

    @Test
    void aStreamIsFilteredBeforeItIsReadAndBeforeItIsKept() throws InterruptedException {
        RunnerFixture fixture = giving(() -> streamed("my sec", "ret in", " out"));
        Run run = fixture.admit(null, Map.of());

        RunOutput.Streamed output = (RunOutput.Streamed) fixture.drive(run);

        assertThat(BlockingReader.take(output.chunks())).isEqualTo(new Received.Chunk("my "));
        assertThat(BlockingReader.take(output.chunks())).isEqualTo(new Received.Chunk("*** in"));
        assertThat(BlockingReader.take(output.chunks())).isEqualTo(new Received.Chunk(" out"));
        assertThat(BlockingReader.take(output.chunks())).isInstanceOf(Received.Completed.class);
        EventReader events = run.events(0);
        assertThat(BlockingReader.take(events))
                .isInstanceOfSatisfying(
                        Received.Chunk.class,
                        chunk -> assertThat(chunk.toString()).contains("my "));
        assertThat(BlockingReader.take(events).toString()).contains("*** in");
    }

    @Test
    void theResultOfATaskIsFiltered() throws InterruptedException {
        Run run = drivenToEnd(giving(() -> streamed("my sec", "ret")));

        assertThat(run.state()).isEqualTo(new RunState.Completed("my ***"));
    }

    @Test
    void aValueIsFilteredInItsDepth() throws InterruptedException {
        Run run = drivenToEnd(giving(() -> new Output.Value(Map.of("a", List.of("the secret")))));

        assertThat(run.state()).isEqualTo(new RunState.Completed(Map.of("a", List.of("the ***"))));
    }

    @Test
    void whatIsBlockedFailsTheRunAndLeavesNothing() throws InterruptedException {
        Run run = drivenToEnd(giving(() -> streamed("he is Volde", "mort", "!")));

        assertThat(run.state())
                .isInstanceOfSatisfying(
                        RunState.Failed.class,
                        failed -> assertThat(failed.cause())
                                .hasMessage("the filter 'names' blocks this output")
                                .extracting(WeirException::code)
                                .isEqualTo(ErrorCode.OUTPUT_BLOCKED));
        EventReader events = run.events(0);
        assertThat(BlockingReader.take(events).toString()).contains("he is ").doesNotContain("Volde");
        assertThat(BlockingReader.poll(events, Duration.ZERO)).isInstanceOf(Received.Failed.class);
    }

    @Test
    void aBlockedValueHasItsStatus() {
        RunnerFixture fixture = giving(() -> new Output.Value("VOLDEMORT"));
        Run run = fixture.admit(null, Map.of());

        assertThatThrownBy(() -> fixture.drive(run))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code().status()).isEqualTo(403));
    }

    @Test
    void anErrorThatQuotesAnAnswerIsFiltered() throws InterruptedException {
        Run run = drivenToEnd(giving(() -> {
            throw new WeirException(ErrorCode.UPSTREAM_STATUS, "it answered 'the secret'");
        }));

        assertThat(run.state())
                .isInstanceOfSatisfying(
                        RunState.Failed.class,
                        failed -> assertThat(failed.cause().detail()).endsWith("it answered 'the ***'"));
    }

    @Test
    void anErrorThatQuotesWhatIsBlockedTellsItsKindAlone() throws InterruptedException {
        Run run = drivenToEnd(giving(() -> {
            throw new WeirException(ErrorCode.UPSTREAM_STATUS, "it answered 'Voldemort'");
        }));

        assertThat(run.state())
                .isInstanceOfSatisfying(
                        RunState.Failed.class,
                        failed -> assertThat(failed.cause().detail())
                                .isEqualTo("Upstream answered an error; the filter 'names' blocks this output"));
    }

    @Test
    void hitsAreCountedInTheLogLineAndForHealth() throws InterruptedException {
        RunnerFixture fixture = giving(() -> streamed("secret sec", "ret"));

        Run run = drivenToEnd(fixture);

        assertThat(RunLog.line(run, new DeliveryStats())).endsWith(" ended_by=completion filter_hits=2");
        assertThat(fixture.workflows().filterHits(Caller.ANYONE))
                .isEqualTo(Map.of("chat", Map.of("deny-list", 2L, "names", 0L)));
    }

    @Test
    void aWorkflowWithoutFiltersHasNoneInItsLogLine() throws InterruptedException {
        Run run = drivenToEnd(RunnerFixture.ofOneJob(() -> streamed("a"), ""));

        assertThat(RunLog.line(run, new DeliveryStats())).endsWith(" ended_by=completion");
    }
}
