package dev.weir.face.openai;

import dev.weir.config.Exposure;
import dev.weir.face.BodyFields;
import dev.weir.face.FaceRuns;
import dev.weir.face.ModelPlan;
import dev.weir.face.ModelRequest;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads the request of embeddings. Stateless. */
final class EmbeddingRequest {
    private static final String INPUT = "input";
    private static final String DIMENSIONS = "dimensions";
    private static final String FORMAT = "encoding_format";

    private EmbeddingRequest() {}

    static FaceRuns.Asked read(Map<String, @Nullable Object> body) {
        RequestFields fields = new RequestFields(body);
        Object texts = CompletionRequest.texts(INPUT, body.get(INPUT));
        ModelRequest request = new ModelRequest(
                fields.model(),
                body,
                new ModelRequest.Content.Texts(INPUT, texts, List.of(INPUT, "text", "prompt")),
                Map.of(),
                fields.others(),
                false);
        EmbeddingForm.Wish wish = new EmbeddingForm.Wish(
                request.model(),
                texts instanceof List<?> list ? list.size() : 1,
                inBase64(body.get(FORMAT)),
                dimensions(body.get(DIMENSIONS)));
        return new FaceRuns.Asked(
                new ModelPlan(request, Exposure.Type.EMBEDDING, isTaken -> {}), run -> new EmbeddingForm(wish, body));
    }

    private static boolean inBase64(@Nullable Object format) {
        if (format == null || format.equals("float") || format.equals("base64")) {
            return "base64".equals(format);
        }
        throw BodyFields.invalid(FORMAT, "float or base64", format);
    }

    private static OptionalInt dimensions(@Nullable Object value) {
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value instanceof Integer dimensions && dimensions > 0) {
            return OptionalInt.of(dimensions);
        }
        throw BodyFields.invalid(DIMENSIONS, "a whole number of at least 1", value);
    }
}
