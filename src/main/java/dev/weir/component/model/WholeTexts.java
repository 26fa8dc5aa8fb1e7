package dev.weir.component.model;

import dev.weir.inference.GenerationSettings;
import dev.weir.inference.TextGenerator;
import dev.weir.stream.Cancellation;
import dev.weir.stream.ChunkSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Collects the texts of a call that does not stream; so many inputs are under way as its batch size says. */
final class WholeTexts {
    private final TextGenerator generator;
    private final GenerationSettings settings;
    private final Cancellation cancellation;
    private final Iterator<GenerationCall.Prompt> prompts;
    private final int batchSize;
    private final Deque<List<ChunkSource>> open = new ArrayDeque<>();

    private WholeTexts(
            GenerationCall call, TextGenerator generator, GenerationSettings settings, Cancellation cancellation) {
        this.generator = generator;
        this.settings = settings;
        this.cancellation = cancellation;
        this.prompts = call.prompts().iterator();
        this.batchSize = call.batchSize();
    }

    /** For each input its text, or the list of its texts if several are wanted. */
    static List<Object> of(
            GenerationCall call, TextGenerator generator, GenerationSettings settings, Cancellation cancellation)
            throws InterruptedException {
        return new WholeTexts(call, generator, settings, cancellation).collect();
    }

    private List<Object> collect() throws InterruptedException {
        List<Object> results = new ArrayList<>();
        try {
            start();
            while (!open.isEmpty()) {
                List<String> texts = new ArrayList<>();
                for (ChunkSource source : open.element()) {
                    texts.add(text(source));
                }
                open.remove();
                results.add(settings.sequences() == 1 ? texts.get(0) : texts);
                start();
            }
            return results;
        } finally {
            open.forEach(sources -> sources.forEach(ChunkSource::close));
        }
    }

    private void start() {
        while (open.size() < batchSize && prompts.hasNext()) {
            List<ChunkSource> sources = prompts.next().whole(generator, settings);
            open.add(sources);
            sources.forEach(source -> cancellation.onCancel(source::close));
        }
    }

    private static String text(ChunkSource source) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        source.readAll(chunk -> {
            text.append(chunk);
            return true;
        });
        return text.toString();
    }
}
