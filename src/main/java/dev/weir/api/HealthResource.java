package dev.weir.api;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Json;
import dev.weir.component.Readiness;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether runs are served: {@code {"status": "ok"}}, with the components that failed if there are any, or a problem
 * document with status 503 that holds the configuration's problems or the components that still load.
 */
@Path("health")
@RequestScoped
public class HealthResource {
    @Inject
    private Workflows workflows;

    @Inject
    private Problems problems;

    /** Answers 200 or 503. */
    @GET
    public Response health() {
        List<String> wrong = workflows.problems();
        if (!wrong.isEmpty()) {
            return down(
                    "the configuration has " + wrong.size() + " problem(s)",
                    "problems",
                    wrong.stream().map(workflows::mask).toList());
        }
        Map<String, Readiness> readiness = workflows.readiness();
        List<String> loading = readiness.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Readiness.Loading)
                .map(Map.Entry::getKey)
                .toList();
        if (!loading.isEmpty()) {
            return down("loading: " + String.join(", ", loading), "loading", loading);
        }
        return response(200, MediaType.APPLICATION_JSON, ok(readiness));
    }

    private Map<String, @Nullable Object> ok(Map<String, Readiness> readiness) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("status", "ok");
        Map<String, Object> failed = new LinkedHashMap<>();
        readiness.forEach((id, state) -> {
            if (state instanceof Readiness.Failed failure) {
                failed.put(id, workflows.mask(failure.reason()));
            }
        });
        if (!failed.isEmpty()) {
            document.put("failed", failed);
        }
        return document;
    }

    private Response down(String detail, String key, List<String> list) {
        Map<String, @Nullable Object> document =
                problems.document(new WeirException(ErrorCode.NOT_READY, detail), null);
        document.put(key, list);
        return response(ErrorCode.NOT_READY.status(), Problems.MEDIA_TYPE, document);
    }

    private static Response response(int status, String mediaType, Map<String, @Nullable Object> document) {
        return Response.status(status)
                .type(mediaType)
                .entity(Json.write(document).getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
