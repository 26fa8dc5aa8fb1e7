package dev.weir.inference;

import dev.weir.inference.TextEncoder.Pooling;
import dev.weir.inference.onnx.EncoderGraph;
import java.util.ArrayList;
import java.util.List;

/** Makes one vector of the states of a text's tokens. */
final class Embeddings {
    private Embeddings() {}

    /**
     * The embeddings of a batch's texts, {@code float[size]} each.
     *
     * @param ids the tokens of the texts; states beyond them, of padding, have no part in an embedding
     * @param normalised whether each is scaled to length 1
     */
    static List<float[]> of(EncoderGraph.Output states, List<int[]> ids, Pooling pooling, boolean normalised) {
        int row = EncoderGraph.longest(ids) * states.size();
        List<float[]> embeddings = new ArrayList<>();
        for (int text = 0; text < ids.size(); text++) {
            int tokens = pooling == Pooling.CLS ? 1 : ids.get(text).length;
            float[] embedding = mean(states.numbers(), text * row, tokens, states.size());
            embeddings.add(normalised ? unit(embedding) : embedding);
        }
        return embeddings;
    }

    private static float[] mean(float[] states, int from, int tokens, int size) {
        double[] sums = new double[size];
        for (int token = 0; token < tokens; token++) {
            int start = from + token * size;
            for (int i = 0; i < size; i++) {
                sums[i] += states[start + i];
            }
        }
        float[] mean = new float[size];
        for (int i = 0; i < size; i++) {
            mean[i] = (float) (sums[i] / tokens);
        }
        return mean;
    }

    private static float[] unit(float[] vector) {
        double square = 0;
        for (float number : vector) {
            square += (double) number * number;
        }
        // As PyTorch's normalize, which keeps a vector of zeros.
        double length = Math.max(Math.sqrt(square), 1e-12);
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
