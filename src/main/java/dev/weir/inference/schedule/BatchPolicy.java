package dev.weir.inference.schedule;

/**
 * Which sequences of a model may take their steps together. Found by trying when a model is loaded, as a graph does not
 * tell: one that counts its positions itself can't be padded, and one whose activations are quantised over a whole batch
 * gives each sequence other logits than it would have alone.
 *
 * @param maxRows the most sequences of a batch
 * @param mixedLengths whether they may have read different numbers of tokens
 */
public record BatchPolicy(int maxRows, boolean mixedLengths) {
    /** Each by itself. */
    public static final BatchPolicy SINGLE = new BatchPolicy(1, false);
    /** Those that are equally long. */
    public static final BatchPolicy EQUAL_LENGTHS = new BatchPolicy(Integer.MAX_VALUE, false);
    /** Any. */
    public static final BatchPolicy ANY = new BatchPolicy(Integer.MAX_VALUE, true);
}
