package dev.weir.inference;

/** What a sequence goes on from, as tokens, which nobody changes. */
final class Prompt {
    private final int[] source;
    private final int[] begin;

    /**
     * @param source what the encoder reads; empty without an encoder
     * @param begin what the decoder reads first, at least one token
     */
    Prompt(int[] source, int[] begin) {
        this.source = source;
        this.begin = begin;
    }

    /** Of a model without an encoder. */
    static Prompt of(int... tokens) {
        return new Prompt(new int[0], tokens);
    }

    int[] source() {
        return source;
    }

    int[] begin() {
        return begin;
    }
}
