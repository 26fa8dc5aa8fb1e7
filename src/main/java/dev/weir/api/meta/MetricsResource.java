package dev.weir.api.meta;

import dev.weir.api.ProblemDocuments;
import dev.weir.runtime.Settings;
import dev.weir.security.Caller;
import dev.weir.telemetry.Instrument;
import dev.weir.telemetry.Instruments;
import dev.weir.telemetry.PrometheusText;
import dev.weir.telemetry.Series;
import dev.weir.workflow.Runs;
import dev.weir.workflow.TaskRegistry;
import dev.weir.workflow.Workflows;
import dev.weir.workflow.served.WorkflowHealth;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The metrics of the server as text for Prometheus. Answers 404 where {@code weir.metrics} is false. */
@Path("metrics")
@ApplicationScoped
public class MetricsResource {
    @Inject
    private Settings settings;

    @Inject
    private Instruments instruments;

    @Inject
    private Runs runs;

    @Inject
    private TaskRegistry tasks;

    @Inject
    private Workflows workflows;

    /** Answers with all series. */
    @GET
    public Response metrics() {
        if (!settings.metrics().on()) {
            throw ProblemDocuments.nothingServed();
        }
        String text = PrometheusText.of(
                instruments,
                observed(
                        runs.waiting(),
                        tasks.openByWorkflow(),
                        workflows.filterHits(Caller.ANYONE),
                        workflows.health().models()));
        return Response.ok(text.getBytes(StandardCharsets.UTF_8), PrometheusText.MEDIA_TYPE)
                .build();
    }

    /**
     * The series of the present state.
     *
     * @param open the number of open runs of each workflow
     * @param hits the hits of each workflow's filters
     * @param models the activity of each component's model; components may share a model
     */
    static Map<Instrument, List<Series>> observed(
            int waiting,
            Map<String, Long> open,
            Map<String, Map<String, Long>> hits,
            List<WorkflowHealth.Model> models) {
        Map<Instrument, List<Series>> all = new EnumMap<>(Instrument.class);
        List<Series> queues = new ArrayList<>(List.of(Series.of(waiting, "runs", "")));
        List<Series> stalled = new ArrayList<>();
        List<Series> tokens = new ArrayList<>();
        Map<String, WorkflowHealth.Model> byName = new LinkedHashMap<>();
        models.forEach(model -> byName.put(model.name(), model));
        byName.forEach((name, model) -> {
            queues.add(Series.of(model.waiting(), "model", name));
            stalled.add(Series.of(model.paused(), name));
            tokens.add(Series.of((double) model.tokens(), name));
        });
        List<Series> active = new ArrayList<>();
        open.forEach((workflow, count) -> active.add(Series.of((double) count, workflow)));
        List<Series> filtered = new ArrayList<>();
        hits.forEach((workflow, filters) ->
                filters.forEach((filter, count) -> filtered.add(Series.of((double) count, workflow, filter))));
        all.put(Instrument.QUEUE_WAITING, queues);
        all.put(Instrument.STREAMS_STALLED, stalled);
        all.put(Instrument.MODEL_TOKENS, tokens);
        all.put(Instrument.RUNS_ACTIVE, active);
        all.put(Instrument.FILTER_HITS, filtered);
        return all;
    }
}
