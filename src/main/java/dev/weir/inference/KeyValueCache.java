package dev.weir.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import org.jspecify.annotations.Nullable;

/**
 * The attention keys and values of the tokens that one sequence has read, as the last step put them out: for every layer
 * two tensors {@code [1, heads, length, headSize]} in native memory. Used by one thread at a time.
 */
final class KeyValueCache implements AutoCloseable {
    private OrtSession.@Nullable Result tensors;
    private int length;

    /** How many tokens were read. */
    int length() {
        return length;
    }

    /** One layer's keys or values; null while nothing was read. */
    @Nullable
    OnnxTensor tensor(String output) {
        return tensors == null ? null : (OnnxTensor) tensors.get(output).orElseThrow();
    }

    /** Takes over what a step put out, and frees what the step before it had. */
    void replace(OrtSession.Result tensors, int tokensRead) {
        close();
        this.tensors = tensors;
        length += tokensRead;
    }

    @Override
    public void close() {
        if (tensors != null) {
            tensors.close();
            tensors = null;
        }
    }
}
