package dev.weir.face.anthropic;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
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
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers the requests of Anthropic's clients. */
@WebServlet(urlPatterns = AnthropicServlet.PATH, asyncSupported = true)
public class AnthropicServlet extends FaceServlet {
    static final String PATH = "/faces/anthropic";
    static final String MESSAGES = "/messages";

    private static final long serialVersionUID = 1L;
    private static final String COUNT_TOKENS = MESSAGES + "/count_tokens";

    @Inject
    private transient FaceRuns runs;

    @Inject
    private transient AnthropicFace face;

    @Override
    protected void answer(String path, HttpServletRequest request, HttpServletResponse response) {
        if (path.equals(COUNT_TOKENS)) {
            throw new WeirException(
                    ErrorCode.NOT_FOUND,
                    "tokens are not counted without a run: take the usage of an answer of /messages");
        }
        if (!path.equals(MESSAGES)) {
            throw ProblemDocuments.nothingServed();
        }
        requireMethod(Set.of("POST"), request, response);
        runs.answer(request, face.failures(), MessageRequest::read);
    }

    /** All models on one page. */
    @Override
    protected Object list(List<ServedWorkflow> models, Instant loaded) {
        Map<String, @Nullable Object> list = new LinkedHashMap<>();
        list.put("data", models.stream().map(model -> model(model, loaded)).toList());
        list.put("has_more", false);
        list.put(
                "first_id",
                models.isEmpty() ? null : FaceModels.id(models.get(0).config()));
        list.put(
                "last_id",
                models.isEmpty()
                        ? null
                        : FaceModels.id(models.get(models.size() - 1).config()));
        return list;
    }

    @Override
    protected Object model(ServedWorkflow workflow, Instant loaded) {
        String id = FaceModels.id(workflow.config());
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "model");
        model.put("id", id);
        String title = workflow.config().title();
        model.put("display_name", title.isEmpty() ? id : title);
        model.put("created_at", loaded.truncatedTo(ChronoUnit.SECONDS).toString());
        model.put("lifecycle", "active");
        return model;
    }
}
