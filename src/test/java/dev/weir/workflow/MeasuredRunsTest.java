package dev.weir.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.Given;
import dev.weir.component.Output;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.DeliveryStats;
import dev.weir.stream.Received;
import dev.weir.telemetry.Instrument;
import dev.weir.telemetry.Instruments;
import dev.weir.telemetry.Operation;
import dev.weir.telemetry.PrometheusReader;
import dev.weir.telemetry.PrometheusText;
import dev.weir.telemetry.Series;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The instruments after runs. */
@Timeout(60)
class MeasuredRunsTest {
    private static final String YAML = """
            controller: {max_concurrent_count: 1}
            workflow: {id: chat, component: a}
            component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9'}
            """;

    private final ChunkQueue chunks = new ChunkQueue(4);
    private boolean describes = true;
    private final RunnerFixture fixture = RunnerFixture.answering(
            invocation -> {
                if (describes) {
                    invocation.meter().describe(Operation.local("chat", "stories"));
                }
                return Given.now(() -> new Output.Streamed(chunks));
            },
            YAML);

    private List<Series> series(Instrument instrument) {
        return fixture.instruments().snapshot().getOrDefault(instrument, List.of());
    }

    private RunOutput.Streamed begun(Run run) throws InterruptedException {
        return (RunOutput.Streamed) fixture.drive(run);
    }

    @Test
    void aRunIsMeasuredWhenItEnds() throws InterruptedException {
        chunks.offer("private text");
        chunks.complete();
        Run run = fixture.admit("chat", Map.of("prompt", "private text"));
        RunOutput.Streamed output = begun(run);
        assertThat(fixture.tasks().openByWorkflow()).isEqualTo(Map.of("chat", 1L));
        assertThat(BlockingReader.take(output.chunks())).isInstanceOf(Received.Chunk.class);
        assertThat(BlockingReader.take(output.chunks())).isInstanceOf(Received.Completed.class);
        DeliveryStats delivery = new DeliveryStats();
        delivery.sent(1, 12);
        fixture.runs().answered(run, delivery);

        assertThat(fixture.tasks().openByWorkflow()).isEmpty();
        assertThat(series(Instrument.WORKFLOW_DURATION)).singleElement().satisfies(series -> {
            assertThat(series.attributes()).containsExactly("chat", "");
            assertThat(series.count()).isEqualTo(1);
        });
        assertThat(series(Instrument.STREAM_CHUNKS)).containsExactly(Series.of(1, "chat"));
        assertThat(series(Instrument.STREAM_BYTES)).containsExactly(Series.of(12, "chat"));
        assertThat(series(Instrument.SERVER_FIRST_TOKEN)).hasSize(1);
        String text = PrometheusText.of(fixture.instruments(), Map.of(), workflow -> true);
        PrometheusReader.read(text);
        assertThat(text).doesNotContain("private text", run.taskId());
    }

    @Test
    void aFailureAndACancellationAreNamed() throws InterruptedException {
        chunks.fail(new WeirException(ErrorCode.UPSTREAM_FAILED, "private text"));
        RunOutput.Streamed broken = begun(fixture.admit("chat", null));
        assertThat(BlockingReader.take(broken.chunks())).isInstanceOf(Received.Failed.class);
        fixture.admit("chat", null).cancel("client disconnected");
        assertThat(series(Instrument.WORKFLOW_DURATION))
                .extracting(Series::attributes)
                .containsExactlyInAnyOrder(List.of("chat", "upstream-failed"), List.of("chat", "cancelled"));
        assertThat(series(Instrument.SERVER_DURATION))
                .extracting(Series::attributes)
                .containsExactly(List.of("chat", "stories", "upstream-failed"));
    }

    @Test
    void aStreamThatIsClosedEndsItsCall() throws InterruptedException {
        RunOutput.Streamed output = begun(fixture.admit("chat", null));
        output.chunks().close();
        assertThat(series(Instrument.SERVER_DURATION))
                .extracting(Series::attributes)
                .containsExactly(List.of("chat", "stories", "cancelled"));
    }

    @Test
    void aCallOfNoModelIsNotMeasured() throws InterruptedException {
        describes = false;
        chunks.complete();
        BlockingReader.take(begun(fixture.admit("chat", null)).chunks());
        assertThat(fixture.instruments().snapshot()).containsOnlyKeys(Instrument.WORKFLOW_DURATION);
    }

    @Test
    void waitingAndRefusedRunsAreCounted() {
        RunnerFixture narrow = RunnerFixture.of(() -> new Output.Streamed(chunks), YAML, 1);
        Run first = narrow.admit("chat", null);
        assertThat(narrow.runs().waiting()).isZero();
        Run second = narrow.admit("chat", null);
        assertThat(narrow.runs().waiting()).isEqualTo(1);
        assertThatThrownBy(() -> narrow.admit("chat", null)).isInstanceOf(WeirException.class);
        assertThatThrownBy(() -> narrow.admit("unknown", null)).isInstanceOf(WeirException.class);
        Instruments instruments = narrow.instruments();
        assertThat(instruments.snapshot()).containsEntry(Instrument.REFUSED, List.of(Series.of(1, "runs")));
        second.cancel("client disconnected");
        first.cancel("client disconnected");
        assertThat(narrow.runs().waiting()).isZero();
    }

    @Test
    void aLimitOfAWorkflowIsNamed() {
        RunnerFixture limited = RunnerFixture.of(
                () -> new Output.Streamed(chunks),
                YAML.replace("component: a}", "component: a, limits: {requests: 1/1d}}"));
        limited.admit("chat", null).cancel("client disconnected");
        assertThatThrownBy(() -> limited.admit("chat", null)).isInstanceOf(WeirException.class);
        assertThat(limited.instruments().snapshot())
                .containsEntry(Instrument.REFUSED, List.of(Series.of(1, "workflow")));
    }
}
