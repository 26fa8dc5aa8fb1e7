package dev.weir.face.openai;

import dev.weir.api.ProblemDocuments;
import dev.weir.face.FaceModels;
import dev.weir.face.FaceRuns;
import dev.weir.face.FaceServlet;
import dev.weir.workflow.served.ServedWorkflow;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers the requests of OpenAI's clients. */
@WebServlet(urlPatterns = OpenAiServlet.PATH, asyncSupported = true)
public class OpenAiServlet extends FaceServlet {
    static final String PATH = "/faces/openai";

    private static final long serialVersionUID = 1L;

    /** The readers of the requests that start runs, by their paths. */
    private static final Map<String, Function<Map<String, @Nullable Object>, FaceRuns.Asked>> RUNS = Map.of(
            "/chat/completions", ChatRequest::read,
            "/completions", CompletionRequest::read,
            "/embeddings", EmbeddingRequest::read,
            "/responses", ResponseRequest::read);

    @Inject
    private transient FaceRuns runs;

    @Inject
    private transient OpenAiFace face;

    @Override
    protected void answer(String path, HttpServletRequest request, HttpServletResponse response) {
        Function<Map<String, @Nullable Object>, FaceRuns.Asked> reading = RUNS.get(path);
        if (reading == null) {
            throw ProblemDocuments.nothingServed();
        }
        requireMethod(Set.of("POST"), request, response);
        runs.answer(request, face.failures(), reading);
    }

    @Override
    protected Object list(List<ServedWorkflow> models, Instant loaded) {
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("object", "list");
        list.put("data", models.stream().map(model -> model(model, loaded)).toList());
        return list;
    }

    @Override
    protected Object model(ServedWorkflow workflow, Instant loaded) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("id", FaceModels.id(workflow.config()));
        model.put("object", "model");
        model.put("created", loaded.getEpochSecond());
        model.put("owned_by", "weir");
        return model;
    }
}
