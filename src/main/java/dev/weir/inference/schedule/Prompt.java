package dev.weir.inference.schedule;

/** What a sequence goes on from, as tokens, which nobody changes. */
public final class Prompt {
    private final int[] source;
    private final int[] begin;

    /**
     * @param source what the encoder reads; empty without an encoder
     * @param begin what the decoder reads first, at least one token
     */
    public Prompt(int[] source, int[] begin) {
        this.source = source;
        this.begin = begin;
    }

    /** Of a model without an encoder. */
    public static Prompt of(int... tokens) {
        return new Prompt(new int[0], tokens);
    }

    public int[] source() {
        return source;
    }

    public int[] begin() {
        return begin;
    }
}
