package dev.weir.filter;

import dev.weir.filter.regex.RegexSyntaxException;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import dev.weir.stream.Received;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Creates filters for tests, and applies them. */
final class Filtering {
    private Filtering() {}

    static OutputFilter redact(String name, Matcher matcher, String replacement) {
        return new OutputFilter(name, Action.REDACT, List.of(new OutputFilter.Rule(matcher, replacement)));
    }

    static OutputFilter block(String name, Matcher matcher) {
        return new OutputFilter(name, Action.BLOCK, List.of(new OutputFilter.Rule(matcher, "")));
    }

    static OutputFilter words(String... words) {
        return redact("words", new WordList(List.of(words), false, false), "#");
    }

    static OutputFilter pattern(String pattern) {
        return redact("pattern", regex(pattern, 256), "#");
    }

    static Regex regex(String pattern, int longest) {
        try {
            return Regex.of(pattern, false, longest);
        } catch (RegexSyntaxException e) {
            throw new AssertionError(pattern, e);
        }
    }

    static RunFilter run(OutputFilter... filters) {
        return new OutputFilters(List.of(filters)).forRun();
    }

    static ChunkSource source(Object... chunks) {
        ChunkQueue queue = new ChunkQueue(Math.max(1, chunks.length));
        Arrays.stream(chunks).forEach(queue::offer);
        queue.complete();
        return queue;
    }

    /** The output of a filter for these chunks. */
    static List<Object> through(RunFilter filter, Object... chunks) {
        List<Object> out = new ArrayList<>();
        ChunkSource filtered = filter.filtered(source(chunks), Optional.empty());
        Received received = filtered.poll();
        while (received instanceof Received.Chunk chunk) {
            out.add(chunk.value());
            received = filtered.poll();
        }
        if (received instanceof Received.Failed failed) {
            throw failed.cause();
        }
        return out;
    }

    /** The output of a filter for {@code text} as one chunk. */
    static String whole(RunFilter filter, String text) {
        return joined(through(filter, text));
    }

    static String joined(List<Object> chunks) {
        StringBuilder text = new StringBuilder();
        chunks.forEach(text::append);
        return text.toString();
    }

    /** {@code text} cut at random places, also inside surrogate pairs. */
    static Object[] cut(String text, Random random) {
        List<Object> chunks = new ArrayList<>();
        int most = 1 + random.nextInt(6);
        for (int at = 0; at < text.length(); ) {
            int to = Math.min(text.length(), at + random.nextInt(most + 1));
            chunks.add(text.substring(at, to));
            at = to;
        }
        return chunks.toArray();
    }
}
