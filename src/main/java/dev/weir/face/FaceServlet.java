package dev.weir.face;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.Face;
import dev.weir.api.access.RequestGate;
import dev.weir.json.Json;
import dev.weir.workflow.Workflows;
import dev.weir.workflow.served.ServedWorkflow;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Answers the requests to an API of models. Only the filter in front of the API forwards requests to it; a direct request gets 404.
 * Thread-safe.
 */
public abstract class FaceServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    /** The path of the list of models, and the beginning of the path of each model. */
    private static final String MODELS = "/models";

    private static final Set<String> READING = Set.of("GET", "HEAD");

    @Inject
    private transient Workflows workflows;

    @Inject
    private transient ProblemDocuments problems;

    /**
     * Answers a request, or takes its response.
     *
     * @param path below the base path, percent-encoded
     */
    protected abstract void answer(String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException;

    /** The list of models. */
    protected abstract Object list(List<ServedWorkflow> models, Instant loaded);

    /**
     * One model.
     *
     * @param loaded the time at which the configuration was loaded
     */
    protected abstract Object model(ServedWorkflow model, Instant loaded);

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String path = Face.path(request).orElseThrow(ProblemDocuments::nothingServed);
            if (isOfModels(path)) {
                requireMethod(READING, request, response);
                write(models(path, request), response);
            } else {
                answer(path, request, response);
            }
        } catch (WeirException e) {
            problems.answer(request, response, e);
        }
    }

    /** Whether a path is that of the list of models, or of one model. */
    public static boolean isOfModels(String path) {
        return path.equals(MODELS) || path.startsWith(MODELS + "/");
    }

    private Object models(String path, HttpServletRequest request) {
        List<ServedWorkflow> theirs = workflows.all(RequestGate.caller(request));
        return path.length() > MODELS.length() + 1
                ? model(FaceModels.find(theirs, decoded(path.substring(MODELS.length() + 1))), workflows.loaded())
                : list(FaceModels.among(theirs), workflows.loaded());
    }

    private static String decoded(String id) {
        try {
            // A plus sign is itself in a path.
            return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new WeirException(ErrorCode.MALFORMED_REQUEST, "the path is not percent-encoded", e);
        }
    }

    /**
     * Refuses other methods.
     *
     * @throws WeirException {@link ErrorCode#METHOD_NOT_ALLOWED}
     */
    protected static void requireMethod(Set<String> methods, HttpServletRequest request, HttpServletResponse response) {
        if (!methods.contains(request.getMethod())) {
            response.setHeader("Allow", String.join(", ", methods));
            throw new WeirException(ErrorCode.METHOD_NOT_ALLOWED, "this path does not support the method");
        }
    }

    private static void write(Object document, HttpServletResponse response) throws IOException {
        byte[] body = Json.bytes(document);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
