package dev.weir.face.openai;

import dev.weir.config.Exposure;
import dev.weir.face.FaceRuns;
import dev.weir.face.ModelPlan;
import dev.weir.face.ModelRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the request of a chat completion. Stateless. */
final class ChatRequest {
    private ChatRequest() {}

    static FaceRuns.Asked read(Map<String, @Nullable Object> body) {
        RequestFields fields = new RequestFields(body);
        ModelRequest request = new ModelRequest(
                fields.model(),
                body,
                ChatMessages.read(body.get("messages")),
                fields.options(),
                fields.others(),
                fields.flag("stream"));
        TextAnswer.Wish wish = new TextAnswer.Wish(
                TextShape.CHAT, request.model(), request.streams(), fields.includesUsage(), 1, count(request));
        return new FaceRuns.Asked(new ModelPlan(request, Exposure.Type.CHAT, fields::check), run -> wish.form(body));
    }

    /** The number of choices. */
    static int count(ModelRequest request) {
        ModelRequest.Option count = request.options().get(ModelRequest.COUNT);
        return count == null ? 1 : ((Number) count.value()).intValue();
    }
}
