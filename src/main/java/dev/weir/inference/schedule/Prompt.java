package dev.weir.inference.schedule;

/** The tokens from which a sequence continues. The arrays are not copied and must not change. */
public final class Prompt {
    private final int[] source;
    private final int[] begin;

    /**
     * Creates a prompt.
     *
     * @param source the encoder's input; empty for a decoder-only model
     * @param begin the decoder's first tokens, at least one
     */
    public Prompt(int[] source, int[] begin) {
        this.source = source;
        this.begin = begin;
    }

    /** Returns the prompt of a decoder-only model. */
    public static Prompt of(int... tokens) {
        return new Prompt(new int[0], tokens);
    }

    /** Returns the number of tokens of the input: of the encoder's, or, without an encoder, of the decoder's. */
    int inputTokens() {
        return source.length == 0 ? begin.length : source.length;
    }

    public int[] source() {
        return source;
    }

    public int[] begin() {
        return begin;
    }
}
