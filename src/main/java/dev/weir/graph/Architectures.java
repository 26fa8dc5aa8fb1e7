package dev.weir.graph;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.weights.Checkpoint;
import jakarta.json.JsonObject;
import java.util.Set;

/** The architectures for which graphs are written. */
public final class Architectures {
    private static final Set<String> KNOWN = Set.of("gpt2");

    private Architectures() {}

    /**
     * Writes the graph of a decoder-only model.
     *
     * @param config the model's {@code config.json}
     * @throws WeirException {@link ErrorCode#NOT_READY} with the key or the tensor, if the architecture, a value of the
     *     configuration or a tensor is not known, or if a tensor is missing or has another shape
     */
    public static WrittenGraph decoder(JsonObject config, Checkpoint checkpoint) {
        GraphConfig keys = new GraphConfig(config, checkpoint.folder());
        keys.choice("model_type", "", KNOWN);
        keys.requireAbsent("quantization_config");
        return new GptBlock(keys, checkpoint).write();
    }
}
