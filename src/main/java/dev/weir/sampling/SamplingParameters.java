package dev.weir.sampling;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.OptionalLong;

/**
 * The parameters of the choice of a token; names, meanings and order of operations are those of {@code transformers.generate}.
 * Every value is checked here, so that a request is refused before it is scheduled.
 *
 * @param doSample false takes the most likely token and ignores {@code temperature}, {@code topK} and {@code topP}
 * @param temperature divides the logits; from {@link #MIN_TEMPERATURE} to {@link #MAX_TEMPERATURE}
 * @param topK keeps the tokens with a logit of at least the k-th highest; 0 keeps all; at most {@link #MAX_TOP_K}
 * @param topP keeps the most likely tokens that together reach this probability; in [0, 1], 1 keeps all and 0 one
 * @param repetitionPenalty weakens tokens of the prompt or the text so far, 1 has no effect; from {@link #MIN_REPETITION_PENALTY}
 *     to {@link #MAX_REPETITION_PENALTY}
 * @param noRepeatNgramSize forbids the repetition of a sequence of this many tokens; 0 allows it; at most {@link #MAX_NGRAM_SIZE}
 * @param minNewTokens forbids the end tokens before this many tokens
 * @param seed makes sampling reproducible; empty makes every generation different
 */
public record SamplingParameters(
        boolean doSample,
        double temperature,
        int topK,
        double topP,
        double repetitionPenalty,
        int noRepeatNgramSize,
        int minNewTokens,
        OptionalLong seed) {

    /** The lower limit: with a smaller value a logit may overflow a float, and the most likely token would be drawn anyway. */
    public static final double MIN_TEMPERATURE = 1e-10;

    public static final double MAX_TEMPERATURE = 1e10;

    /** More than the tokens of any vocabulary. */
    public static final int MAX_TOP_K = 1_000_000;

    public static final double MIN_REPETITION_PENALTY = 1e-6;

    public static final double MAX_REPETITION_PENALTY = 1e6;

    /** The limit bounds the work of a step, which is this size times the length of the text. */
    public static final int MAX_NGRAM_SIZE = 1000;

    private static final SamplingParameters DEFAULTS =
            new SamplingParameters(true, 0.7, 50, 0.9, 1.0, 0, 0, OptionalLong.empty());

    /**
     * Checks the parameters.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if a parameter is out of range
     */
    public SamplingParameters {
        check(
                temperature >= MIN_TEMPERATURE && temperature <= MAX_TEMPERATURE,
                "temperature must be from 1e-10 to 1e10, was " + temperature
                        + " (do_sample: false is what makes output fixed)");
        check(topK >= 0 && topK <= MAX_TOP_K, "top_k must be from 0 to " + MAX_TOP_K + ", was " + topK);
        check(topP >= 0 && topP <= 1, "top_p must be in [0, 1], was " + topP);
        check(
                repetitionPenalty >= MIN_REPETITION_PENALTY && repetitionPenalty <= MAX_REPETITION_PENALTY,
                "repetition_penalty must be from 1e-6 to 1e6, was " + repetitionPenalty);
        check(
                noRepeatNgramSize >= 0 && noRepeatNgramSize <= MAX_NGRAM_SIZE,
                "no_repeat_ngram_size must be from 0 to " + MAX_NGRAM_SIZE + ", was " + noRepeatNgramSize);
        check(minNewTokens >= 0, "min_output_length must be at least 0, was " + minNewTokens);
    }

    /** Returns sampling with temperature 0.7, top-k 50, top-p 0.9, no penalties and no seed. */
    public static SamplingParameters defaults() {
        return DEFAULTS;
    }

    /** Returns the choice of the most likely token each time. */
    public static SamplingParameters greedy() {
        return DEFAULTS.withDoSample(false);
    }

    public SamplingParameters withDoSample(boolean doSample) {
        return new SamplingParameters(
                doSample, temperature, topK, topP, repetitionPenalty, noRepeatNgramSize, minNewTokens, seed);
    }

    public SamplingParameters withTemperature(double temperature) {
        return new SamplingParameters(
                doSample, temperature, topK, topP, repetitionPenalty, noRepeatNgramSize, minNewTokens, seed);
    }

    public SamplingParameters withTopK(int topK) {
        return new SamplingParameters(
                doSample, temperature, topK, topP, repetitionPenalty, noRepeatNgramSize, minNewTokens, seed);
    }

    public SamplingParameters withTopP(double topP) {
        return new SamplingParameters(
                doSample, temperature, topK, topP, repetitionPenalty, noRepeatNgramSize, minNewTokens, seed);
    }

    public SamplingParameters withRepetitionPenalty(double repetitionPenalty) {
        return new SamplingParameters(
                doSample, temperature, topK, topP, repetitionPenalty, noRepeatNgramSize, minNewTokens, seed);
    }

    public SamplingParameters withNoRepeatNgramSize(int noRepeatNgramSize) {
        return new SamplingParameters(
                doSample, temperature, topK, topP, repetitionPenalty, noRepeatNgramSize, minNewTokens, seed);
    }

    public SamplingParameters withMinNewTokens(int minNewTokens) {
        return new SamplingParameters(
                doSample, temperature, topK, topP, repetitionPenalty, noRepeatNgramSize, minNewTokens, seed);
    }

    public SamplingParameters withSeed(long seed) {
        return new SamplingParameters(
                doSample,
                temperature,
                topK,
                topP,
                repetitionPenalty,
                noRepeatNgramSize,
                minNewTokens,
                OptionalLong.of(seed));
    }

    /** Returns the parameters for one of several texts of the same prompt: a seed, if set, differs for each text. */
    public SamplingParameters forSequence(int index) {
        return index == 0 || seed.isEmpty() ? this : withSeed(seed.getAsLong() + index);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new WeirException(ErrorCode.INVALID_INPUT, message);
        }
    }
}
