package dev.weir.inference.onnx;

import ai.onnxruntime.OrtException;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.inference.schedule.BatchPolicy;
import dev.weir.inference.spec.ModelOpening;
import dev.weir.stream.Cancellation;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Finds by a trial which texts may share a batch. A graph does not declare it: a graph that quantises the activations of a whole
 * batch changes the numbers of each text.
 *
 * <p>The states of a float32 graph are bit for bit the same, alone and padded in a batch (ONNX Runtime 1.28, x86-64 with
 * AVX-512). A runtime may sum in another order for another number of rows. Therefore numbers count as the same up to
 * 10<sup>-6</sup> of the largest one.
 */
public final class EncoderTrial {
    private static final System.Logger LOG = System.getLogger(EncoderTrial.class.getName());
    private static final float EXACT = 1e-6f;
    private static final int[] MIXED = {3, 7, 16, 48};
    private static final int[] EQUAL = {16, 16, 16, 16};

    /** Reads texts as one batch; returns the numbers of each text. */
    private final Function<List<int[]>, List<float[]>> graph;

    private final int[] tokens;
    private final boolean exact;

    /**
     * Returns the widest policy under which {@code graph} gives each text the same numbers as alone. Blocks for several runs of
     * the graph.
     *
     * @param opening ends a run that is cancelled or exceeds the limit
     * @param tokens the tokens of the trial's texts, at least one; if all are equal, the policy is {@link BatchPolicy#SINGLE}
     * @param exact whether the numbers must be the same; false checks only whether the graph takes batches
     * @throws WeirException {@link ErrorCode#NOT_READY} if the graph fails with one text alone, with the reason; {@link
     *     ErrorCode#CANCELLED} if the opening is cancelled; {@link ErrorCode#TIMED_OUT} if a run takes too long
     */
    public static BatchPolicy of(
            EncoderGraph graph, ModelOpening opening, int[] tokens, boolean exact, int contextLength) {
        String output = graph.logits().or(graph::states).orElse(null);
        if (output == null) {
            return BatchPolicy.SINGLE;
        }
        RunInterrupt interrupt = new RunInterrupt(opening.limit());
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

    /** Returns the numbers of each text, without padding. */
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
     * Creates a trial.
     *
     * @param graph reads a batch; may throw {@link WeirException}
     * @param tokens the tokens of the trial's texts, at least one
     * @param exact whether the numbers must be the same; false checks only whether the graph takes batches
     */
    EncoderTrial(Function<List<int[]>, List<float[]>> graph, int[] tokens, boolean exact) {
        this.graph = graph;
        this.tokens = tokens;
        this.exact = exact;
    }

    /**
     * Returns the widest policy under which each text gets the same numbers as alone.
     *
     * @param padded whether the graph has an attention mask, which marks padding
     * @param contextLength the most tokens of a text
     * @throws WeirException {@link ErrorCode#NOT_READY} if the graph fails with one text alone; the failure of the run if the run
     *     was ended
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

    /** Reads one text alone. The caller gives the longest text, because it has the most different tokens. */
    private float[] runsAlone(int[] text) {
        try {
            return graph.apply(List.of(text)).get(0);
        } catch (WeirException e) {
            throw BatchTrial.isEnd(e) ? e : cannotRun(e.detail(), e);
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

    /**
     * Makes texts with more and more different tokens. The first text repeats one token, so that its states have a smaller range
     * than those of the others.
     */
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
            if (BatchTrial.isEnd(e)) {
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
