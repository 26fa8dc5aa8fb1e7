package dev.weir.face.openai;

import dev.weir.config.Exposure;
import dev.weir.face.BodyFields;
import dev.weir.face.FaceRuns;
import dev.weir.face.ModelPlan;
import dev.weir.face.ModelRequest;
import dev.weir.face.RefusedFieldException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the request of a completion. Stateless. */
final class CompletionRequest {
    private static final String PROMPT = "prompt";

    private CompletionRequest() {}

    static FaceRuns.Asked read(Map<String, @Nullable Object> body) {
        RequestFields fields = new RequestFields(body);
        Object prompt = texts(PROMPT, body.get(PROMPT));
        boolean streams = fields.flag("stream");
        if (streams && prompt instanceof List<?>) {
            throw RefusedFieldException.unsupported(
                    PROMPT, "prompt must be one text with stream: send one request each");
        }
        ModelRequest request = new ModelRequest(
                fields.model(),
                body,
                new ModelRequest.Content.Texts(PROMPT, prompt, List.of(PROMPT, "text")),
                fields.options(),
                fields.others(),
                streams);
        int prompts = prompt instanceof List<?> list ? list.size() : 1;
        TextAnswer.Wish wish = new TextAnswer.Wish(
                TextShape.COMPLETION,
                request.model(),
                streams,
                fields.includesUsage(),
                prompts,
                ChatRequest.count(request));
        return new FaceRuns.Asked(
                new ModelPlan(request, Exposure.Type.COMPLETION, fields::check), run -> wish.form(body));
    }

    /** One text, or a list of at least two; a list of one text is that text. Tokens are not supported. */
    static Object texts(String field, @Nullable Object value) {
        if (value instanceof String) {
            return value;
        }
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw BodyFields.invalid(field, "a text or a list of texts", value);
        }
        if (list.stream().anyMatch(each -> each instanceof Number || each instanceof List<?>)) {
            throw RefusedFieldException.unsupported(
                    field, field + " must be text, and lists of tokens are not: send texts");
        }
        if (!list.stream().allMatch(String.class::isInstance)) {
            throw BodyFields.invalid(field, "a text or a list of texts", value);
        }
        return list.size() == 1 ? list.get(0) : list;
    }
}
