package dev.weir.api.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.Instrument;
import dev.weir.telemetry.Series;
import dev.weir.workflow.served.WorkflowHealth;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsResourceTest {
    private static WorkflowHealth.Model model(String component, Object loaded, int waiting, int paused, long tokens) {
        return new WorkflowHealth.Model(component, "int8", loaded, 1, waiting, paused, 0, tokens);
    }

    @Test
    void modelsThatShareANameAreAddedAndComponentsThatShareAModelAreNot() {
        Object one = new Object();
        Object other = new Object();
        Map<Instrument, List<Series>> all = MetricsResource.observed(
                4,
                Map.of(),
                Map.of(),
                List.of(model("a", one, 2, 1, 10), model("b", other, 3, 0, 5), model("c", one, 2, 1, 10)));

        assertThat(all.get(Instrument.QUEUE_WAITING))
                .containsExactly(Series.of(4, "runs", ""), Series.of(5, "model", "int8"));
        assertThat(all.get(Instrument.STREAMS_STALLED)).containsExactly(Series.of(1, "int8"));
        assertThat(all.get(Instrument.MODEL_TOKENS)).containsExactly(Series.of(15, "int8"));
    }
}
