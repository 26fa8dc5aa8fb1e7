package dev.weir.inference.schedule;

import dev.weir.WeirException;
import dev.weir.inference.spec.GenerationSettings;
import dev.weir.sampling.BeamSearch;
import dev.weir.sampling.TokenRules;
import dev.weir.stream.ChunkSink;
import dev.weir.stream.Summary;
import dev.weir.stream.WrittenSummary;
import dev.weir.tokenizer.StopSequences;
import dev.weir.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * The best texts of a beam search. They are known at the end of the search only: then each is one chunk of a stream of its own.
 */
final class SearchedTexts extends Sequence {
    private final int width;
    private final BeamSearch search;
    private final Tokenizer tokenizer;
    private final List<String> stopSequences;
    private final Ending ending;
    private final List<ChunkSink> sinks;
    private final List<WrittenSummary> summaries;
    private float[][] logits = new float[0][];
    private boolean finished;

    /**
     * Creates a beam search.
     *
     * @param maxNewTokens at most the room in the model's context
     * @param sinks one for each text that is wanted
     */
    SearchedTexts(
            Prompt prompt,
            int maxNewTokens,
            GenerationSettings settings,
            TokenRules rules,
            Tokenizer tokenizer,
            List<ChunkSink> sinks) {
        super(prompt);
        this.width = settings.beams().beams();
        this.search = new BeamSearch(settings.sampling(), settings.beams(), rules, prompt.begin(), maxNewTokens);
        this.tokenizer = tokenizer;
        this.stopSequences = settings.stopSequences();
        this.ending = new Ending(rules, maxNewTokens);
        this.sinks = sinks;
        this.summaries = sinks.stream().map(sink -> new WrittenSummary()).toList();
        summaries.forEach(summary -> summary.countPrompt(prompt.inputTokens()));
    }

    @Override
    int width() {
        return width;
    }

    @Override
    Turn begin(float[] first, Decoder decoder) {
        logits = new float[width][];
        Arrays.setAll(logits, beam -> first.clone());
        while (rows().size() < width) {
            rows().add(decoder.fork(rows().get(0)));
        }
        return search(decoder);
    }

    @Override
    int[] tokens() {
        return search.tokens();
    }

    @Override
    Turn advance(Decoder decoder, int first, float[] row) {
        for (int beam = 0; beam < width; beam++) {
            decoder.logits(first + beam, logits[beam]);
        }
        return search(decoder);
    }

    private Turn search(Decoder decoder) {
        if (search.next(logits)) {
            decoder.rearrange(rows(), search.sources());
            return Turn.GOES_ON;
        }
        finished = true;
        return handOver();
    }

    @Override
    Turn handOver() {
        if (!finished) {
            return Turn.GOES_ON;
        }
        List<int[]> best = search.best(sinks.size());
        for (int i = 0; i < sinks.size(); i++) {
            String text = textOf(best.get(i), summaries.get(i));
            // The stream is still empty and has room for this chunk. A refused chunk needs no retry: its stream is
            // cancelled.
            if (!text.isEmpty()) {
                sinks.get(i).offer(text);
            }
        }
        return Turn.FINISHED;
    }

    private String textOf(int[] ids, WrittenSummary summary) {
        StopSequences stop = new StopSequences(stopSequences);
        String text = stop.push(tokenizer.decode(ids, true)) + stop.flush();
        summary.countCompletion(ids.length);
        ending.write(summary, stop, ids.length == 0 ? -1 : ids[ids.length - 1], ids.length);
        return text;
    }

    @Override
    int newTokens() {
        return search.newTokens() * width;
    }

    @Override
    boolean isCancelled() {
        return sinks.stream().allMatch(ChunkSink::isCancelled);
    }

    @Override
    void onCancel(Runnable action) {
        sinks.forEach(sink -> sink.onCancel(action));
    }

    @Override
    void onWritable(Runnable action) {
        action.run();
    }

    @Override
    List<Summary> summaries() {
        return List.copyOf(summaries);
    }

    @Override
    void complete() {
        sinks.forEach(ChunkSink::complete);
    }

    @Override
    void fail(WeirException cause) {
        sinks.forEach(sink -> sink.fail(cause));
    }
}
