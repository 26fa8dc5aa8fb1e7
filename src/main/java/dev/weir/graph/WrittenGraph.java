package dev.weir.graph;

import dev.weir.weights.WeightTensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A decoder's graph without a file, and the weights that it declares as external.
 *
 * <p>Inputs: {@code input_ids}, {@code attention_mask}, {@code position_ids} ({@code int64 [batch, length]}), {@code
 * num_logits_to_keep} ({@code int64}), {@code past_key_values.N.key|value} ({@code float32 [batch, heads, past, headSize]}).
 * Outputs: {@code logits} ({@code float32 [batch, kept, vocabulary]}), {@code present.N.key|value}. The cache is written in
 * place.
 *
 * @param source the folder of the checkpoint, for messages
 * @param onnx the graph as a file of ONNX; not copied, and must not be changed
 * @param weights by the name in the graph
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by identity at most.
public record WrittenGraph(Path source, byte[] onnx, Map<String, WeightTensor> weights) {
    /** The place of every weight, as the graph names it. No such file is read. */
    static final String LOCATION = "weights";

    public WrittenGraph {
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    }
}
