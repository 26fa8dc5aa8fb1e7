package dev.weir.inference.schedule;

/**
 * The rule for the sequences that may share a batch.
 *
 * <p>A trial at load finds the rule, because a graph does not declare it. A graph that counts positions itself cannot be padded.
 * A graph that quantises the activations of a whole batch changes the logits of each sequence.
 *
 * @param maxRows the most sequences of a batch
 * @param mixedLengths whether the sequences of a batch may have read different numbers of tokens
 */
public record BatchPolicy(int maxRows, boolean mixedLengths) {
    /** Each sequence is a batch of its own. */
    public static final BatchPolicy SINGLE = new BatchPolicy(1, false);
    /** Sequences of the same length share a batch. */
    public static final BatchPolicy EQUAL_LENGTHS = new BatchPolicy(Integer.MAX_VALUE, false);
    /** Any sequences share a batch. */
    public static final BatchPolicy ANY = new BatchPolicy(Integer.MAX_VALUE, true);
}
