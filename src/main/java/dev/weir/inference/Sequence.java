package dev.weir.inference;

import dev.weir.sampling.Sampler;
import dev.weir.stream.ChunkSink;
import dev.weir.tokenizer.StopSequences;
import dev.weir.tokenizer.StreamingDetokenizer;
import dev.weir.tokenizer.Tokenizer;
import java.util.Set;

/**
 * One generation on its way: its tokens, its cache, its text, and the stream that takes it. {@link #advance} and what it
 * uses belong to the scheduler's loop.
 */
final class Sequence {
    /** The most prompt tokens of one turn, so that a long prompt holds the others up by no more than one piece. */
    private static final int PREFILL_TOKENS = LanguageModel.PREFILL_TOKENS;

    private final int[] prompt;
    private final int maxNewTokens;
    private final Set<Integer> endTokens;
    private final Sampler sampler;
    private final StreamingDetokenizer detokenizer;
    private final StopSequences stopSequences;
    private final ChunkSink sink;
    private final KeyValueCache cache = new KeyValueCache();
    private int lastToken;
    private boolean finished;
    /** Text that the full stream did not take. */
    private String refused = "";

    /** What came of a turn. */
    enum Turn {
        /** More is to come. */
        GOES_ON,
        /** The stream is full; the next turn is for when it has room. */
        BLOCKED,
        /** The text is complete and handed over. */
        FINISHED
    }

    /**
     * @param prompt at least one token
     * @param maxNewTokens no more than the model's context has room for
     */
    Sequence(
            int[] prompt,
            int maxNewTokens,
            GenerationSettings settings,
            Set<Integer> endTokens,
            Tokenizer tokenizer,
            ChunkSink sink) {
        this.prompt = prompt;
        this.maxNewTokens = maxNewTokens;
        this.endTokens = endTokens;
        this.sampler = new Sampler(settings.sampling(), endTokens, prompt);
        this.detokenizer = new StreamingDetokenizer(tokenizer);
        this.stopSequences = new StopSequences(settings.stopSequences());
        this.sink = sink;
        this.lastToken = prompt[prompt.length - 1];
    }

    /** One turn: a piece of the prompt, or one token. */
    Turn advance(Decoder decoder, float[] logits) {
        if (!refused.isEmpty() && !handOver(refused)) {
            return Turn.BLOCKED;
        }
        if (finished) {
            return Turn.FINISHED;
        }
        int unread = prompt.length - 1 - cache.length();
        if (unread > 0) {
            decoder.prefill(cache, prompt, cache.length(), cache.length() + Math.min(unread, PREFILL_TOKENS));
            return Turn.GOES_ON;
        }
        decoder.step(cache, lastToken, logits);
        lastToken = sampler.next(logits);
        if (!handOver(textOf(lastToken))) {
            return Turn.BLOCKED;
        }
        return finished ? Turn.FINISHED : Turn.GOES_ON;
    }

    /** The text that {@code token} makes certain; decides whether it was the last one. */
    private String textOf(int token) {
        boolean ended = endTokens.contains(token);
        String text = ended ? "" : stopSequences.push(detokenizer.add(token));
        finished = ended || stopSequences.reached() || sampler.newTokens() >= maxNewTokens;
        return finished ? text + stopSequences.push(detokenizer.flush()) + stopSequences.flush() : text;
    }

    /** False if the stream is full; the text then stays here. */
    private boolean handOver(String text) {
        boolean taken = text.isEmpty() || sink.offer(text);
        refused = taken ? "" : text;
        return taken;
    }

    /** Tokens generated so far. */
    int newTokens() {
        return sampler.newTokens();
    }

    /** The stream that takes the text. */
    ChunkSink sink() {
        return sink;
    }

    /** Frees the cache's native memory. */
    void release() {
        cache.close();
    }
}
