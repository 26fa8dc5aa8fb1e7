package dev.weir.api.meta;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.RequestGate;
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
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The metrics of the server as text for Prometheus. Answers 404 where {@code weir.metrics} is false, and 503 while it writes another
 * answer. A caller does not see series of workflows that it may not run, unless {@code weir.metrics.open} is true.
 */
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

    private final Semaphore writer = new Semaphore(1);

    /** Answers with the series. */
    @GET
    public Response metrics(@Context HttpServletRequest request) {
        if (!settings.metrics().on()) {
            throw ProblemDocuments.nothingServed();
        }
        if (!writer.tryAcquire()) {
            throw new WeirException(
                    ErrorCode.OVERLOADED, "the metrics are being written for another request: repeat it");
        }
        try {
            return written(request);
        } finally {
            writer.release();
        }
    }

    private Response written(HttpServletRequest request) {
        String text = PrometheusText.of(
                instruments,
                observed(
                        runs.waiting(),
                        tasks.openByWorkflow(),
                        workflows.filterHits(Caller.ANYONE),
                        workflows.health().models()),
                shown(request));
        return Response.ok(text.getBytes(StandardCharsets.UTF_8), PrometheusText.MEDIA_TYPE)
                .build();
    }

    private Predicate<String> shown(HttpServletRequest request) {
        if (settings.metrics().open() || workflows.controller().auth().isEmpty()) {
            return workflow -> true;
        }
        Set<String> ids = new HashSet<>();
        if (workflows.health().problems().isEmpty()) {
            workflows
                    .all(RequestGate.caller(request))
                    .forEach(workflow -> ids.add(workflow.config().id()));
        }
        return ids::contains;
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
        IdentityHashMap<Object, WorkflowHealth.Model> loaded = new IdentityHashMap<>();
        models.forEach(model -> loaded.put(model.loaded(), model));
        // Models of different folders may share a name.
        Map<String, List<WorkflowHealth.Model>> byName =
                loaded.values().stream().collect(Collectors.groupingBy(WorkflowHealth.Model::name));
        byName.forEach((name, sharing) -> {
            queues.add(Series.of(sum(sharing, WorkflowHealth.Model::waiting), "model", name));
            stalled.add(Series.of(sum(sharing, WorkflowHealth.Model::paused), name));
            tokens.add(Series.of(sum(sharing, WorkflowHealth.Model::tokens), name));
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

    private static double sum(List<WorkflowHealth.Model> models, ToLongFunction<WorkflowHealth.Model> part) {
        return models.stream().mapToLong(part).sum();
    }
}
