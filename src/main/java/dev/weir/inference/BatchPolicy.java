package dev.weir.inference;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Which sequences of a model may take their steps together. Found by trying when a model is loaded, as a graph does not
 * tell: one that counts its positions itself can't be padded, and one whose activations are quantised over a whole batch
 * gives each sequence other logits than it would have alone.
 *
 * @param maxRows the most sequences of a batch
 * @param mixedLengths whether they may have read different numbers of tokens
 */
record BatchPolicy(int maxRows, boolean mixedLengths) {
    private static final Logger LOG = System.getLogger(BatchPolicy.class.getName());

    /** Each by itself. */
    static final BatchPolicy SINGLE = new BatchPolicy(1, false);
    /** Those that are equally long. */
    static final BatchPolicy EQUAL_LENGTHS = new BatchPolicy(Integer.MAX_VALUE, false);
    /** Any. */
    static final BatchPolicy ANY = new BatchPolicy(Integer.MAX_VALUE, true);

    /** Logits differ by rounding, which is far below this share of the largest one. */
    private static final float EXACT = 1e-3f;
    /** By the rounding of eight bits they differ by some hundredths; by wrong positions, by more than this. */
    private static final float APPROXIMATE = 0.06f;

    private static final int STEPS = 2;
    /** The tokens that the longest trial reads. */
    private static final int LONGEST_TRIAL = 7 + STEPS + 1;

    /**
     * The widest one under which {@code decoder}, which has no sequences, gives what it gives each alone.
     *
     * @throws WeirException if it gives nothing at all, saying why
     */
    static BatchPolicy of(OnnxDecoder decoder, boolean encoder, ModelConfig config, boolean exact) {
        float tolerance = exact ? EXACT : APPROXIMATE;
        int ids = Math.max(2, Math.min(1000, decoder.vocabularySize()));
        if (config.contextLength() < LONGEST_TRIAL) {
            runs(decoder, List.of(encoder ? new Prompt(new int[] {1}, new int[] {1}) : Prompt.of(1)), 0);
            return SINGLE;
        }
        if (!encoder) {
            List<Prompt> mixed = List.of(Prompt.of(tokens(3, ids)), Prompt.of(tokens(7, ids)));
            if (agrees(decoder, ANY, mixed, tolerance)) {
                return ANY;
            }
        }
        List<Prompt> equal = encoder
                ? List.of(new Prompt(tokens(3, ids), tokens(1, ids)), new Prompt(tokens(7, ids), tokens(1, ids)))
                : List.of(Prompt.of(tokens(3, ids)), Prompt.of(tokens(4, ids, 3)));
        return agrees(decoder, EQUAL_LENGTHS, equal, tolerance) ? EQUAL_LENGTHS : SINGLE;
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

    /** The logits of each prompt alone, which a model that runs at all can give. */
    private static List<float[]> runs(OnnxDecoder decoder, List<Prompt> prompts, int steps) {
        List<float[]> alone;
        try {
            alone = logits(decoder, SINGLE, prompts, steps);
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

    /** Whether nothing more must be tried. */
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

    /** The logits of some steps under a policy. */
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
            decoder.setPolicy(SINGLE);
        }
    }
}
