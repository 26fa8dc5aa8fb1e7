package dev.weir.sampling;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.OptionalLong;

/**
 * How the next token is chosen; the names, the meanings and the order of operations are those of {@code
 * transformers.generate}. Every value is checked here, so that a request is refused before it is scheduled.
 *
 * @param doSample false takes the most likely token and ignores {@code temperature}, {@code topK} and {@code topP}
 * @param temperature divides the logits; over 0
 * @param topK keeps the tokens whose logit is at least the k-th highest; 0 keeps all
 * @param topP keeps the most likely tokens that together reach this probability; in (0, 1], 1 keeps all
 * @param repetitionPenalty weakens tokens that the prompt or the text so far holds; over 0, 1 leaves them as they are
 * @param noRepeatNgramSize forbids this many tokens in a row to come twice; 0 allows it
 * @param minNewTokens forbids the end until so many tokens are there
 * @param seed makes sampling reproducible; without one, every generation differs
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

    private static final SamplingParameters DEFAULTS =
            new SamplingParameters(true, 0.7, 50, 0.9, 1.0, 0, 0, OptionalLong.empty());

    public SamplingParameters {
        check(
                temperature > 0 && Double.isFinite(temperature),
                "temperature must be over 0, was " + temperature + " (do_sample: false is what makes output fixed)");
        check(topK >= 0, "top_k must be at least 0, was " + topK);
        check(topP > 0 && topP <= 1, "top_p must be in (0, 1], was " + topP);
        check(
                repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
                "repetition_penalty must be over 0, was " + repetitionPenalty);
        check(noRepeatNgramSize >= 0, "no_repeat_ngram_size must be at least 0, was " + noRepeatNgramSize);
        check(minNewTokens >= 0, "min_output_length must be at least 0, was " + minNewTokens);
    }

    /** Sampling with temperature 0.7, top-k 50, top-p 0.9, no penalties and no seed. */
    public static SamplingParameters defaults() {
        return DEFAULTS;
    }

    /** The most likely token each time. */
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

    /** For one of several texts of the same prompt: the seed, where there is one, gives each another. */
    public SamplingParameters forSequence(int index) {
        return index == 0 || seed.isEmpty() ? this : withSeed(seed.getAsLong() + index);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new WeirException(ErrorCode.INVALID_INPUT, message);
        }
    }
}
