package dev.weir.sampling;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The beam search of {@code transformers.generate} (its vectorised form, since 4.50), with its numbers in float32. It follows the
 * most likely texts side by side and returns the best complete ones. With {@code do_sample} the continuations are drawn without
 * replacement. Confined to one generation and one thread.
 *
 * <p>Each step takes the {@code (1 + end tokens) * beams} best continuations. Those that have not ended are the next beams. An
 * ended one counts as complete only if it is among the first {@code beams}. The score of a complete text is its log-probability,
 * divided by its length to the power of the length penalty.
 */
public final class BeamSearch {
    private static final float NEVER = -1e9f;

    private final BeamParameters beams;
    private final TokenRules rules;
    private final int maxNewTokens;
    private final List<LogitsProcessor> processors;
    private final Continuations continuations;
    private List<TokenHistory> running = new ArrayList<>();
    private float[] scores;
    private List<CompleteText> whole = List.of();
    private boolean improvable = true;
    private int length;
    private int[] sources = new int[0];
    private int[] tokens = new int[0];

    /**
     * A complete text, or a placeholder for one.
     *
     * @param history its tokens, the end token included
     */
    private record CompleteText(TokenHistory history, float score, boolean finished) {}

    /**
     * Creates a search.
     *
     * @param prompt the tokens before the first choice
     * @param maxNewTokens the most tokens of a text
     */
    public BeamSearch(
            SamplingParameters parameters, BeamParameters beams, TokenRules rules, int[] prompt, int maxNewTokens) {
        this.beams = beams;
        this.rules = rules;
        this.maxNewTokens = maxNewTokens;
        this.processors = LogitsProcessor.beamChain(parameters, rules, maxNewTokens);
        int kept = Math.max(2, 1 + rules.endTokens().size()) * beams.beams();
        this.continuations = new Continuations(parameters, kept);
        this.scores = new float[beams.beams()];
        TokenHistory history = new TokenHistory(prompt);
        for (int beam = 0; beam < beams.beams(); beam++) {
            running.add(beam == 0 ? history : history.copy());
            // All beams begin alike. Only the first may continue, because otherwise each text would appear once per
            // beam.
            scores[beam] = beam == 0 ? 0 : NEVER;
        }
        this.whole = IntStream.range(0, beams.beams())
                .mapToObj(beam -> new CompleteText(history, NEVER, false))
                .toList();
    }

    /**
     * Extends the beams by one token.
     *
     * @param logits {@code float[beams][vocabularySize]}, unnormalised, overwritten; all rows are equal at the first call
     * @return true if the search continues: each beam then continues {@link #sources} with {@link #tokens}
     * @throws WeirException {@link ErrorCode#INTERNAL} if the logits are not numbers
     */
    public boolean next(float[][] logits) {
        for (int beam = 0; beam < logits.length; beam++) {
            logSoftmax(logits[beam]);
            for (LogitsProcessor processor : processors) {
                processor.process(running.get(beam), logits[beam]);
            }
            for (int token = 0; token < logits[beam].length; token++) {
                logits[beam][token] += scores[beam];
            }
        }
        List<Continuations.Continuation> best = continuations.best(logits);
        length++;
        List<Boolean> stopped = best.stream().map(this::stops).toList();
        List<TokenHistory> before = running;
        goOn(best, stopped, before);
        finish(best, stopped, before);
        return goesOn(stopped);
    }

    private boolean stops(Continuations.Continuation continuation) {
        return rules.endTokens().contains(continuation.token()) || length >= maxNewTokens;
    }

    /** Makes the best continuations that have not ended the next beams. */
    private void goOn(List<Continuations.Continuation> best, List<Boolean> stopped, List<TokenHistory> before) {
        int count = beams.beams();
        float[] running = new float[best.size()];
        for (int i = 0; i < running.length; i++) {
            running[i] = best.get(i).score() + (stopped.get(i) ? NEVER : 0);
        }
        int[] chosen = highest(running, count);
        sources = new int[count];
        tokens = new int[count];
        List<TokenHistory> next = new ArrayList<>();
        for (int beam = 0; beam < count; beam++) {
            Continuations.Continuation continuation = best.get(chosen[beam]);
            sources[beam] = continuation.beam();
            tokens[beam] = continuation.token();
            scores[beam] = running[chosen[beam]];
            TokenHistory history = before.get(continuation.beam()).copy();
            history.add(continuation.token());
            next.add(history);
        }
        this.running = next;
    }

    /** Keeps the best of the complete texts so far and those that ended in this step. */
    private void finish(List<Continuations.Continuation> best, List<Boolean> stopped, List<TokenHistory> before) {
        boolean closed = !improvable || (full() && beams.earlyStopping() == BeamParameters.EarlyStopping.AT_ONCE);
        List<CompleteText> merged = new ArrayList<>(whole);
        for (int i = 0; i < best.size(); i++) {
            Continuations.Continuation continuation = best.get(i);
            boolean counts = stopped.get(i) && i < beams.beams();
            float score = continuation.score() / penalty(length);
            TokenHistory history = before.get(continuation.beam());
            if (counts) {
                history = history.copy();
                history.add(continuation.token());
            }
            merged.add(new CompleteText(history, counts && !closed ? score : score + NEVER, counts));
        }
        whole = merged.stream()
                .sorted(Comparator.comparingDouble((CompleteText text) -> text.score())
                        .reversed())
                .limit(beams.beams())
                .toList();
    }

    private boolean goesOn(List<Boolean> stopped) {
        boolean never = beams.earlyStopping() == BeamParameters.EarlyStopping.WHEN_IMPOSSIBLE;
        float possible = scores[0] / penalty(never && beams.lengthPenalty() > 0 ? maxNewTokens : length);
        boolean full = full();
        double worst = whole.stream().mapToDouble(CompleteText::score).min().orElse(NEVER);
        improvable &= possible > (full ? worst : NEVER);
        boolean open = !(full && beams.earlyStopping() == BeamParameters.EarlyStopping.AT_ONCE);
        return improvable && open && stopped.contains(false);
    }

    private boolean full() {
        return whole.stream().allMatch(CompleteText::finished);
    }

    /** Returns the length penalty, never 0 or infinite: a score divided by it stays comparable. */
    private float penalty(int length) {
        double penalty = Math.pow(length, beams.lengthPenalty());
        return (float) Math.max(Float.MIN_NORMAL, Math.min(Float.MAX_VALUE, penalty));
    }

    private static void logSoftmax(float[] logits) {
        float highest = logits[Sampler.argmax(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - highest);
        }
        if (!(sum > 0)) {
            throw new WeirException(ErrorCode.INTERNAL, "the model's logits are not numbers");
        }
        float logSum = (float) Math.log(sum);
        for (int token = 0; token < logits.length; token++) {
            logits[token] = logits[token] - highest - logSum;
        }
    }

    /** Returns the indices of the {@code count} highest values, the highest first; equal values in their order. */
    private static int[] highest(float[] values, int count) {
        return Stream.iterate(0, i -> i + 1)
                .limit(values.length)
                .sorted(Comparator.comparingDouble((Integer i) -> values[i]).reversed())
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Returns for each beam of the next step the beam of this step that it continues. */
    public int[] sources() {
        return sources.clone();
    }

    /** Returns for each beam of the next step the token that it reads. */
    public int[] tokens() {
        return tokens.clone();
    }

    /** Returns the number of tokens that each beam has generated. */
    public int newTokens() {
        return length;
    }

    /** Returns the best texts, the best first: the tokens after the prompt, the end token included. */
    public List<int[]> best(int count) {
        return whole.stream().limit(count).map(text -> text.history().chosen()).toList();
    }

    /** Returns the scores of {@link #best}. */
    public List<Float> scores(int count) {
        return whole.stream().limit(count).map(CompleteText::score).toList();
    }
}
