package dev.weir.api.meta;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.RequestGate;
import dev.weir.json.Json;
import dev.weir.workflow.Workflows;
import dev.weir.workflow.served.WorkflowHealth;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The health of the server. Answers {@code {"status": "ok"}} while runs are served, with the failed components, the state of the
 * models and the hits of the filters. Otherwise answers 503 with a problem document: the shutdown, the configuration's problems,
 * or the loading components with the file that each downloads. Without valid credentials, where these are required, the answer
 * has only the status.
 */
@Path("health")
@ApplicationScoped
public class HealthResource {
    @Inject
    private Workflows workflows;

    @Inject
    private ProblemDocuments problems;

    /** Answers 200 or 503. */
    @GET
    public Response health(@Context HttpServletRequest request) {
        WorkflowHealth health = workflows.health();
        if (health.refusal().isPresent()) {
            return problems.response(
                    new WeirException(ErrorCode.SHUTTING_DOWN, health.refusal().get()), null);
        }
        if (!health.known()) {
            return problems.response(new WeirException(ErrorCode.NOT_READY, "the server is starting"), null);
        }
        if (!RequestGate.caller(request).isKnown()) {
            return health.isReady()
                    ? response(200, MediaType.APPLICATION_JSON, Map.of("status", "ok"))
                    : problems.response(new WeirException(ErrorCode.NOT_READY, "the server is not ready"), null);
        }
        if (!health.problems().isEmpty()) {
            int count = health.problemCount();
            return down("the configuration has " + count + " problem(s)", "problems", health.problems(), health);
        }
        if (!health.loading().isEmpty()) {
            String all = health.loading().stream()
                    .map(WorkflowHealth.Loading::toString)
                    .collect(Collectors.joining(", "));
            return down(
                    "loading: " + all,
                    "loading",
                    health.loading().stream().map(HealthResource::document).toList(),
                    health);
        }
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("status", "ok");
        Map<String, Map<String, Long>> filterHits = workflows.filterHits(RequestGate.caller(request));
        if (!filterHits.isEmpty()) {
            document.put("filter_hits", filterHits);
        }
        return response(200, MediaType.APPLICATION_JSON, document, health);
    }

    private static Map<String, @Nullable Object> document(WorkflowHealth.Loading loading) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("component", loading.component());
        if (!loading.file().isEmpty()) {
            document.put("file", loading.file());
            document.put("percent", loading.percent());
        }
        return document;
    }

    private static Map<String, @Nullable Object> document(WorkflowHealth.Model model) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("component", model.component());
        document.put("model", model.name());
        document.put("running", model.running());
        document.put("waiting", model.waiting());
        document.put("paused", model.paused());
        document.put("tokens_per_second", Math.round(model.tokensPerSecond()));
        return document;
    }

    private Response down(String detail, String key, List<?> list, WorkflowHealth health) {
        Map<String, @Nullable Object> document =
                problems.document(new WeirException(ErrorCode.NOT_READY, detail), null);
        document.put(key, list);
        return response(ErrorCode.NOT_READY.status(), ProblemDocuments.MEDIA_TYPE, document, health);
    }

    private static Response response(
            int status, String mediaType, Map<String, @Nullable Object> document, WorkflowHealth health) {
        if (!health.failed().isEmpty()) {
            document.put("failed", health.failed());
        }
        if (!health.models().isEmpty()) {
            document.put(
                    "models",
                    health.models().stream().map(HealthResource::document).toList());
        }
        return response(status, mediaType, document);
    }

    private static Response response(int status, String mediaType, Map<String, ?> document) {
        return Response.status(status)
                .type(mediaType)
                .entity(Json.bytes(document))
                .build();
    }
}
