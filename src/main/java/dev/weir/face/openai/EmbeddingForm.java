package dev.weir.face.openai;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.api.run.RunAnswer;
import dev.weir.api.run.RunForm;
import dev.weir.face.RefusedFieldException;
import dev.weir.face.ShapedOutput;
import dev.weir.json.MemoryEstimate;
import dev.weir.stream.ChunkQueue;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The form of embeddings: one vector for each text, as numbers or as base64 of 32-bit numbers, little-endian.
 *
 * @param request the body of the request
 */
record EmbeddingForm(Wish wish, Map<String, @Nullable Object> request) implements RunForm {
    private static final String EMBEDDING = "embedding";

    /**
     * The wishes of a request.
     *
     * @param model the id that the client has sent
     * @param texts the number of texts
     * @param dimensions the wanted length of a vector; empty for the model's own
     */
    record Wish(String model, int texts, boolean inBase64, OptionalInt dimensions) {}

    @Override
    public Optional<RunAnswer.Head> announced(Run run) {
        return Optional.empty();
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Streamed output) {
        List<Object> vectors = new ArrayList<>();
        return new RunAnswer.Collected(new ShapedOutput(run, request).chunks(output), new RunAnswer.Collector() {
            @Override
            public long add(Object chunk) {
                vectors.add(chunk);
                return MemoryEstimate.bytes(chunk);
            }

            @Override
            public RunAnswer.Body body() {
                return EmbeddingForm.this.body(run, vectors);
            }
        });
    }

    @Override
    public RunAnswer of(Run run, RunOutput.Value output) {
        ChunkQueue none = new ChunkQueue(1);
        none.complete();
        return new RunAnswer.Whole(body(run, new ShapedOutput(run, request).value(output)), none);
    }

    private RunAnswer.Body body(Run run, @Nullable Object value) {
        List<List<?>> vectors = vectors(value);
        if (vectors.size() != wish.texts()) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "the model does not give one vector for each text (" + wish.texts() + " texts, had "
                            + vectors.size() + " vectors): send one text");
        }
        List<Object> data = new ArrayList<>(vectors.size());
        for (List<?> vector : vectors) {
            requireDimensions(vector.size());
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("object", EMBEDDING);
            one.put("index", data.size());
            one.put(EMBEDDING, wish.inBase64() ? base64(vector) : vector);
            data.add(one);
        }
        int tokens = run.summary().promptTokens().orElse(0);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("object", "list");
        document.put("model", wish.model());
        document.put("data", data);
        document.put("usage", usage(value, tokens));
        return RunAnswer.Body.json(document);
    }

    private static Object usage(@Nullable Object value, int tokens) {
        if (value instanceof Map<?, ?> map && map.get("usage") instanceof Map<?, ?> own) {
            return own;
        }
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", tokens);
        usage.put("total_tokens", tokens);
        return usage;
    }

    private void requireDimensions(int length) {
        if (wish.dimensions().isPresent() && wish.dimensions().getAsInt() != length) {
            throw RefusedFieldException.unsupported(
                    "dimensions",
                    "dimensions must be those of the model (" + length + "), was "
                            + wish.dimensions().getAsInt());
        }
    }

    /** The vectors of an output: a vector, a list of vectors, or an answer of an upstream in the same shape. */
    private static List<List<?>> vectors(@Nullable Object value) {
        if (value instanceof Map<?, ?> map && map.get("data") instanceof List<?> data) {
            return data.stream()
                    .<List<?>>map(each -> vector(each instanceof Map<?, ?> one ? one.get(EMBEDDING) : null))
                    .toList();
        }
        if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof List<?>) {
            return list.stream().<List<?>>map(EmbeddingForm::vector).toList();
        }
        return List.of(vector(value));
    }

    private static List<?> vector(@Nullable Object value) {
        if (value instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(Number.class::isInstance)) {
            return list;
        }
        throw new WeirException(
                ErrorCode.INTERNAL, "the output of the workflow is no vector: shape it with openai.output");
    }

    private static String base64(List<?> vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        vector.forEach(number -> bytes.putFloat(((Number) number).floatValue()));
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
