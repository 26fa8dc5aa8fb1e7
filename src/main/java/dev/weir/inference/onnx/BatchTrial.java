package dev.weir.inference.onnx;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.schedule.BatchPolicy;
import dev.weir.inference.schedule.Prompt;
import dev.weir.inference.schedule.Row;
import dev.weir.inference.spec.ModelFileConfig;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** Finds by a trial at load which sequences may share a batch. Blocks for several runs of the graph. */
final class BatchTrial {
    private static final Logger LOG = System.getLogger(BatchTrial.class.getName());

    /** Tolerance for exact batches, as a share of the largest logit; the rounding of floats stays far below. */
    private static final float EXACT = 1e-3f;
    /**
     * Tolerance for inexact batches, as a share of the largest logit: 8-bit rounding changes some hundredths, wrong positions
     * change more.
     */
    private static final float APPROXIMATE = 0.06f;

    private static final int STEPS = 2;
    /** The number of tokens that the longest trial reads. */
    private static final int LONGEST_TRIAL = 7 + STEPS + 1;

    private BatchTrial() {}

    /**
     * Returns the widest policy under which {@code decoder} gives each sequence the same logits as alone. The decoder must have
     * no sequences.
     *
     * @param exact whether only the rounding of floats may differ; false also allows the rounding of quantised activations
     * @throws WeirException {@link ErrorCode#NOT_READY} if the graph cannot be run, with the reason; {@link ErrorCode#CANCELLED}
     *     or {@link ErrorCode#TIMED_OUT} if a run was ended
     */
    static BatchPolicy policy(OnnxDecoder decoder, boolean encoder, ModelFileConfig config, boolean exact) {
        float tolerance = exact ? EXACT : APPROXIMATE;
        int ids = Math.max(2, Math.min(1000, decoder.vocabularySize()));
        if (config.contextLength() < LONGEST_TRIAL) {
            runs(decoder, List.of(encoder ? new Prompt(new int[] {1}, new int[] {1}) : Prompt.of(1)), 0);
            return BatchPolicy.SINGLE;
        }
        if (!encoder) {
            List<Prompt> mixed = List.of(Prompt.of(tokens(3, ids)), Prompt.of(tokens(7, ids)));
            if (agrees(decoder, BatchPolicy.ANY, mixed, tolerance)) {
                return BatchPolicy.ANY;
            }
        }
        List<Prompt> equal = encoder
                ? List.of(new Prompt(tokens(3, ids), tokens(1, ids)), new Prompt(tokens(7, ids), tokens(1, ids)))
                : List.of(Prompt.of(tokens(3, ids)), Prompt.of(tokens(4, ids, 3)));
        return agrees(decoder, BatchPolicy.EQUAL_LENGTHS, equal, tolerance)
                ? BatchPolicy.EQUAL_LENGTHS
                : BatchPolicy.SINGLE;
    }

    private static int[] tokens(int count, int ids) {
        return tokens(1, ids, count);
    }

    private static int[] tokens(int first, int ids, int count) {
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++) {
            tokens[i] = 1 + (first * 31 + i * 17) % (ids - 1);
        }
        return tokens;
    }

    /** Returns the logits of each prompt alone. A graph that fails here cannot be used at all. */
    private static List<float[]> runs(OnnxDecoder decoder, List<Prompt> prompts, int steps) {
        List<float[]> alone;
        try {
            alone = logits(decoder, BatchPolicy.SINGLE, prompts, steps);
        } catch (WeirException e) {
            throw isEnd(e)
                    ? e
                    : new WeirException(
                            ErrorCode.NOT_READY,
                            "the model's graph cannot be run with its config.json: " + e.detail()
                                    + "; get both from the same export",
                            e);
        } catch (RuntimeException e) {
            throw new WeirException(
                    ErrorCode.NOT_READY,
                    "the model's graph cannot be run with its config.json: " + e + "; get both from the same export",
                    e);
        }
        for (float[] logits : alone) {
            for (float logit : logits) {
                if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
                    throw new WeirException(
                            ErrorCode.NOT_READY,
                            "the model's graph gives logits that are not finite (" + logit
                                    + "): take another precision or export");
                }
            }
        }
        return alone;
    }

    /** Returns true if the failure ends the trial: a cancellation or a time-out. */
    static boolean isEnd(WeirException failure) {
        return failure.code() == ErrorCode.CANCELLED || failure.code() == ErrorCode.TIMED_OUT;
    }

    private static boolean agrees(OnnxDecoder decoder, BatchPolicy policy, List<Prompt> prompts, float tolerance) {
        List<float[]> alone = runs(decoder, prompts, STEPS);
        try {
            List<float[]> together = logits(decoder, policy, prompts, STEPS);
            float largest = 0;
            float difference = 0;
            for (int i = 0; i < alone.size(); i++) {
                for (int token = 0; token < alone.get(i).length; token++) {
                    largest = Math.max(largest, Math.abs(alone.get(i)[token]));
                    difference = Math.max(difference, Math.abs(alone.get(i)[token] - together.get(i)[token]));
                }
            }
            LOG.log(Level.DEBUG, "{0}: logits differ by {1} of {2}", policy, difference, largest);
            return difference <= tolerance * largest;
        } catch (WeirException e) {
            if (isEnd(e)) {
                throw e;
            }
            LOG.log(Level.DEBUG, "{0}: {1}", policy, e.detail());
            return false;
        }
    }

    /** Returns the logits of the prompts and of {@code steps} steps under a policy. */
    private static List<float[]> logits(OnnxDecoder decoder, BatchPolicy policy, List<Prompt> prompts, int steps) {
        decoder.setPolicy(policy);
        List<Row> rows = prompts.stream().map(Row::new).toList();
        List<float[]> all = new ArrayList<>();
        try {
            for (Row row : rows) {
                float[] first = new float[decoder.vocabularySize()];
                decoder.prefill(row, first);
                all.add(first);
            }
            for (int step = 0; step < steps; step++) {
                decoder.step(rows, new int[] {1, 1});
                for (int row = 0; row < rows.size(); row++) {
                    float[] logits = new float[decoder.vocabularySize()];
                    decoder.logits(row, logits);
                    all.add(logits);
                }
            }
            return all;
        } finally {
            rows.forEach(decoder::release);
            decoder.setPolicy(BatchPolicy.SINGLE);
        }
    }
}
