package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.workflow.Health;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether runs are served: {@code {"status": "ok"}}, with the components that failed if there are any and what filters have
 * found, or a problem document with status 503 that holds the configuration's problems or the components that still load, each with the file
 * that it downloads.
 */
@Path("health")
@ApplicationScoped
public class HealthResource {
    @Inject
    private Workflows workflows;

    @Inject
    private Problems problems;

    /** Answers 200 or 503. */
    @GET
    public Response health() {
        Health health = workflows.health();
        if (!health.problems().isEmpty()) {
            int count = health.problems().size();
            return down("the configuration has " + count + " problem(s)", "problems", health.problems());
        }
        if (!health.loading().isEmpty()) {
            String all = health.loading().stream().map(Health.Loading::toString).collect(Collectors.joining(", "));
            return down(
                    "loading: " + all,
                    "loading",
                    health.loading().stream().map(HealthResource::document).toList());
        }
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("status", "ok");
        if (!health.failed().isEmpty()) {
            document.put("failed", health.failed());
        }
        Map<String, Map<String, Long>> filterHits = workflows.filterHits();
        if (!filterHits.isEmpty()) {
            document.put("filter_hits", filterHits);
        }
        return response(200, MediaType.APPLICATION_JSON, document);
    }

    private static Map<String, @Nullable Object> document(Health.Loading loading) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("component", loading.component());
        if (!loading.file().isEmpty()) {
            document.put("file", loading.file());
            document.put("percent", loading.percent());
        }
        return document;
    }

    private Response down(String detail, String key, List<?> list) {
        Map<String, @Nullable Object> document =
                problems.document(new WeirException(ErrorCode.NOT_READY, detail), null);
        document.put(key, list);
        return response(ErrorCode.NOT_READY.status(), Problems.MEDIA_TYPE, document);
    }

    private static Response response(int status, String mediaType, Map<String, @Nullable Object> document) {
        return Response.status(status)
                .type(mediaType)
                .entity(Json.bytes(document))
                .build();
    }
}
