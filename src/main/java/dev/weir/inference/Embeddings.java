package dev.weir.inference;

import dev.weir.inference.TextEncoder.Pooling;
import dev.weir.inference.onnx.EncoderGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pools the hidden states of a text's tokens into one vector. */
final class Embeddings {
    private Embeddings() {}

    /**
     * Returns the embedding of each text of a batch, {@code float[size]}.
     *
     * @param states {@code float[texts][longest][size]}
     * @param ids the tokens of each text; states of padding tokens are ignored
     * @param normalised whether each embedding is scaled to length 1
     */
    static List<float[]> of(EncoderGraph.Output states, List<int[]> ids, Pooling pooling, boolean normalised) {
        int row = EncoderGraph.longest(ids) * states.size();
        List<float[]> embeddings = new ArrayList<>();
        for (int text = 0; text < ids.size(); text++) {
            int tokens = pooling == Pooling.CLS ? 1 : ids.get(text).length;
            float[] embedding = pooling == Pooling.MAX
                    ? largest(states.numbers(), text * row, tokens, states.size())
                    : mean(states.numbers(), text * row, tokens, states.size());
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

    private static float[] largest(float[] states, int from, int tokens, int size) {
        float[] largest = Arrays.copyOfRange(states, from, from + size);
        for (int token = 1; token < tokens; token++) {
            int start = from + token * size;
            for (int i = 0; i < size; i++) {
                largest[i] = Math.max(largest[i], states[start + i]);
            }
        }
        return largest;
    }

    private static float[] unit(float[] vector) {
        double square = 0;
        for (float number : vector) {
            square += (double) number * number;
        }
        // As in PyTorch's normalize: a vector of zeros stays zero.
        double length = Math.max(Math.sqrt(square), 1e-12);
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
