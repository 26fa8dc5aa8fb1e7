package dev.weir.inference;

import ai.onnxruntime.OrtException;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.stream.Cancellation;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Finds which texts a model may read together. A graph does not tell: one that quantises the activations of a whole batch at once
 * gives each text other numbers than the text has alone.
 *
 * <p>Seen with ONNX Runtime 1.28 on an x86-64 processor with AVX-512: the states of a float32 graph are bit for bit the same, alone
 * and padded in company. A runtime may sum in another order for another number of rows. Therefore numbers count as the same up to
 * 10<sup>-6</sup> of the largest one.
 */
final class EncoderTrial {
    private static final System.Logger LOG = System.getLogger(EncoderTrial.class.getName());
    private static final float EXACT = 1e-6f;
    private static final int[] MIXED = {3, 7, 16, 48};
    private static final int[] EQUAL = {16, 16, 16, 16};

    /** The numbers that a graph gives to each of some texts, read as one batch. */
    private final Function<List<int[]>, List<float[]>> graph;

    private final int[] tokens;
    private final boolean exact;

    /**
     * The widest policy under which texts get the same from {@code graph} in company as alone.
     *
     * @param opening ends a run that is not wanted any more or takes too long
     * @param tokens what the trial's texts are made of, at least one; if they are all the same, every text is left by itself
     * @param exact whether each text must get what it gets alone; if false, it is only tried whether the graph takes batches
     * @throws WeirException {@link ErrorCode#NOT_READY} if the graph fails with one text alone, saying why; {@link
     *     ErrorCode#CANCELLED} if the opening is cancelled; {@link ErrorCode#TIMED_OUT} if a run takes too long
     */
    static BatchPolicy of(EncoderGraph graph, ModelOpening opening, int[] tokens, boolean exact, int contextLength) {
        String output = graph.logits().or(graph::states).orElse(null);
        if (output == null) {
            return BatchPolicy.SINGLE;
        }
        PrefillInterrupt interrupt = new PrefillInterrupt(opening.limit());
        BooleanSupplier unwanted = opening.cancellation()::isCancelled;
        Function<List<int[]>, List<float[]>> reading = ids -> {
            EncoderGraph.Output[] read = new EncoderGraph.Output[1];
            try {
                interrupt.during(unwanted, options -> read[0] = graph.run(ids, output, options));
            } catch (OrtException e) {
                throw EncoderGraph.failed(e);
            }
            return rows(read[0], output, ids);
        };
        Cancellation.Registration cancelling = opening.cancellation().onCancel(interrupt::interrupt);
        try {
            return new EncoderTrial(reading, tokens, exact).policy(graph.takesMask(), contextLength);
        } finally {
            cancelling.close();
        }
    }

    /** The numbers of each text, without those of padding. */
    private static List<float[]> rows(EncoderGraph.Output read, String output, List<int[]> ids) {
        int row = read.numbers().length / ids.size();
        List<float[]> rows = new ArrayList<>();
        for (int text = 0; text < ids.size(); text++) {
            int own = output.equals(DecoderGraphs.LOGITS) ? row : ids.get(text).length * read.size();
            rows.add(Arrays.copyOfRange(read.numbers(), text * row, text * row + own));
        }
        return rows;
    }

    /**
     * @param graph reads a batch; may throw {@link WeirException}
     * @param tokens what the trial's texts are made of, at least one
     * @param exact whether each text must get what it gets alone; if false, it is only tried whether the graph takes batches
     */
    EncoderTrial(Function<List<int[]>, List<float[]>> graph, int[] tokens, boolean exact) {
        this.graph = graph;
        this.tokens = tokens;
        this.exact = exact;
    }

    /**
     * The widest policy under which texts get the same in company as alone.
     *
     * @param padded whether the graph is told which tokens are padding
     * @param contextLength the most tokens of a text
     * @throws WeirException {@link ErrorCode#NOT_READY} if the graph fails with one text alone; the failure of the run if that was
     *     ended
     */
    BatchPolicy policy(boolean padded, int contextLength) {
        checkNumbers(runsAlone(texts(MIXED, contextLength).get(MIXED.length - 1)));
        if (Arrays.stream(tokens).distinct().count() < 2) {
            return BatchPolicy.SINGLE;
        }
        if (padded && agrees(texts(MIXED, contextLength))) {
            return BatchPolicy.ANY;
        }
        return agrees(texts(EQUAL, contextLength)) ? BatchPolicy.EQUAL_LENGTHS : BatchPolicy.SINGLE;
    }

    /** A model that runs at all reads one text; the longest one, as it has the most tokens that differ. */
    private float[] runsAlone(int[] text) {
        try {
            return graph.apply(List.of(text)).get(0);
        } catch (WeirException e) {
            throw BatchPolicy.isEnd(e) ? e : cannotRun(e.detail(), e);
        } catch (RuntimeException e) {
            throw cannotRun(e.toString(), e);
        }
    }

    private static void checkNumbers(float[] numbers) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw new WeirException(
                        ErrorCode.NOT_READY,
                        "the model's graph gives "
                                + (Float.isNaN(number) ? "values that are not numbers (NaN)" : "infinite numbers")
                                + ": take another precision or export");
            }
        }
    }

    private static WeirException cannotRun(String reason, RuntimeException cause) {
        return new WeirException(
                ErrorCode.NOT_READY,
                "the model's graph cannot be run with its config.json: " + reason + "; get both from the same export",
                cause);
    }

    /** Texts of ever more tokens that differ: the first repeats one, so that its states span less than those of the others. */
    private List<int[]> texts(int[] lengths, int contextLength) {
        List<int[]> texts = new ArrayList<>();
        int different = 1;
        for (int length : lengths) {
            int[] text = new int[Math.max(1, Math.min(length, contextLength))];
            for (int i = 0; i < text.length; i++) {
                text[i] = tokens[i % Math.min(different, tokens.length)];
            }
            texts.add(text);
            different *= 4;
        }
        return texts;
    }

    private boolean agrees(List<int[]> texts) {
        try {
            List<float[]> together = graph.apply(texts);
            for (int text = 0; exact && text < texts.size(); text++) {
                float[] alone = graph.apply(List.of(texts.get(text))).get(0);
                if (!same(alone, together.get(text))) {
                    return false;
                }
            }
            return true;
        } catch (WeirException e) {
            if (BatchPolicy.isEnd(e)) {
                throw e;
            }
            LOG.log(Level.DEBUG, "texts are read one by one: {0}", e.detail());
            return false;
        }
    }

    private static boolean same(float[] alone, float[] together) {
        if (Arrays.equals(alone, together)) {
            return true;
        }
        float largest = 0;
        float difference = 0;
        for (int i = 0; i < alone.length; i++) {
            largest = Math.max(largest, Math.abs(alone[i]));
            difference = Math.max(difference, Math.abs(alone[i] - together[i]));
        }
        LOG.log(Level.DEBUG, "in a batch with others, numbers differ by {0} of {1}", difference, largest);
        return difference <= EXACT * largest;
    }
}
