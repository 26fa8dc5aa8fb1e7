package dev.weir.inference.schedule;

import dev.weir.WeirException;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.sampling.Sampler;
import dev.weir.sampling.TokenRules;
import dev.weir.stream.ChunkSink;
import dev.weir.stream.Summary;
import dev.weir.stream.WrittenSummary;
import dev.weir.tokenizer.StopSequences;
import dev.weir.tokenizer.StreamingDetokenizer;
import dev.weir.tokenizer.Tokenizer;
import java.util.List;
import java.util.Set;

/** A text that streams while its tokens are generated, greedily or by sampling. */
final class StreamedText extends Sequence {
    private final int maxNewTokens;
    private final Set<Integer> endTokens;
    private final Ending ending;
    private final Sampler sampler;
    private final StreamingDetokenizer detokenizer;
    private final StopSequences stopSequences;
    private final ChunkSink sink;
    private final WrittenSummary summary = new WrittenSummary();
    private int lastToken;
    private boolean finished;
    /** Text that the full stream did not accept. */
    private String refused = "";

    /**
     * Creates a text.
     *
     * @param maxNewTokens at most the room in the model's context
     */
    StreamedText(
            Prompt prompt,
            int maxNewTokens,
            GenerationSettings settings,
            TokenRules rules,
            Tokenizer tokenizer,
            ChunkSink sink) {
        super(prompt);
        this.maxNewTokens = maxNewTokens;
        this.endTokens = rules.endTokens();
        this.ending = new Ending(rules, maxNewTokens);
        this.sampler = new Sampler(settings.sampling(), rules, prompt.begin(), maxNewTokens);
        this.detokenizer = new StreamingDetokenizer(tokenizer);
        this.stopSequences = new StopSequences(settings.stopSequences());
        this.sink = sink;
        summary.countPrompt(prompt.inputTokens());
        summary.countCompletion(0);
    }

    @Override
    int width() {
        return 1;
    }

    @Override
    Turn begin(float[] logits, Decoder decoder) {
        lastToken = sampler.next(logits);
        refused = textOf(lastToken);
        return handOver();
    }

    @Override
    int[] tokens() {
        return new int[] {lastToken};
    }

    @Override
    Turn advance(Decoder decoder, int first, float[] logits) {
        decoder.logits(first, logits);
        return begin(logits, decoder);
    }

    @Override
    Turn handOver() {
        if (!refused.isEmpty() && !sink.offer(refused)) {
            return Turn.BLOCKED;
        }
        refused = "";
        return finished ? Turn.FINISHED : Turn.GOES_ON;
    }

    /** Returns the text that {@code token} makes certain, and decides whether the token is the last one. */
    private String textOf(int token) {
        boolean ended = endTokens.contains(token);
        String text = ended ? "" : stopSequences.push(detokenizer.add(token));
        summary.countCompletion(sampler.newTokens());
        finished = ended || stopSequences.reached() || sampler.newTokens() >= maxNewTokens;
        return finished ? text + stopSequences.push(detokenizer.flush()) + stopSequences.flush() : text;
    }

    @Override
    int newTokens() {
        return sampler.newTokens();
    }

    @Override
    boolean isCancelled() {
        return sink.isCancelled();
    }

    @Override
    void onCancel(Runnable action) {
        sink.onCancel(action);
    }

    @Override
    void onWritable(Runnable action) {
        sink.onWritable(action);
    }

    @Override
    List<Summary> summaries() {
        return List.of(summary);
    }

    @Override
    void complete() {
        ending.write(summary, stopSequences, lastToken, sampler.newTokens());
        sink.complete();
    }

    @Override
    void fail(WeirException cause) {
        sink.fail(cause);
    }
}
