package dev.weir.face.openai;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.Face;
import dev.weir.api.access.RequestGate;
import dev.weir.face.FaceModels;
import dev.weir.face.FaceRuns;
import dev.weir.json.Json;
import dev.weir.workflow.Workflows;
import dev.weir.workflow.served.ServedWorkflow;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of OpenAI's clients. Only the filter in front of the API forwards requests to this servlet; a direct request
 * gets 404.
 */
@WebServlet(urlPatterns = OpenAiServlet.PATH, asyncSupported = true)
public class OpenAiServlet extends HttpServlet {
    static final String PATH = "/faces/openai";

    private static final long serialVersionUID = 1L;
    private static final String MODELS = "/models";
    private static final Set<String> READING = Set.of("GET", "HEAD");

    /** The readers of the requests that start runs, by their paths. */
    private static final Map<String, Function<Map<String, @Nullable Object>, FaceRuns.Asked>> RUNS = Map.of(
            "/chat/completions", ChatRequest::read,
            "/completions", CompletionRequest::read,
            "/embeddings", EmbeddingRequest::read);

    @Inject
    private transient Workflows workflows;

    @Inject
    private transient ProblemDocuments problems;

    @Inject
    private transient FaceRuns runs;

    @Inject
    private transient OpenAiFace face;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String path = Face.path(request).orElseThrow(ProblemDocuments::nothingServed);
            Function<Map<String, @Nullable Object>, FaceRuns.Asked> reading = RUNS.get(path);
            if (reading != null) {
                requireMethod(Set.of("POST"), request, response);
                runs.answer(request, face.failures(), reading);
            } else if (path.equals(MODELS) || path.startsWith(MODELS + "/")) {
                requireMethod(READING, request, response);
                write(models(path, request), response);
            } else {
                throw ProblemDocuments.nothingServed();
            }
        } catch (WeirException e) {
            problems.answer(request, response, e);
        }
    }

    private static void requireMethod(Set<String> methods, HttpServletRequest request, HttpServletResponse response) {
        if (!methods.contains(request.getMethod())) {
            response.setHeader("Allow", String.join(", ", methods));
            throw new WeirException(ErrorCode.METHOD_NOT_ALLOWED, "this path does not support the method");
        }
    }

    private Map<String, Object> models(String path, HttpServletRequest request) {
        List<ServedWorkflow> theirs = workflows.all(RequestGate.caller(request));
        if (path.length() > MODELS.length() + 1) {
            return model(FaceModels.find(theirs, decoded(path.substring(MODELS.length() + 1))));
        }
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("object", "list");
        list.put("data", FaceModels.among(theirs).stream().map(this::model).toList());
        return list;
    }

    private static String decoded(String id) {
        try {
            // A plus sign is itself in a path.
            return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new WeirException(ErrorCode.MALFORMED_REQUEST, "the path is not percent-encoded", e);
        }
    }

    private Map<String, Object> model(ServedWorkflow workflow) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("id", FaceModels.id(workflow.config()));
        model.put("object", "model");
        model.put("created", workflows.loaded().getEpochSecond());
        model.put("owned_by", "weir");
        return model;
    }

    private static void write(Object document, HttpServletResponse response) throws IOException {
        byte[] body = Json.bytes(document);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
