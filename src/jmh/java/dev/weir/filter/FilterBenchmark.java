package dev.weir.filter;

import dev.weir.filter.regex.RegexSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Passes one chunk through ten filters: three lists of a thousand words, six patterns, and all kinds of personal data. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FilterBenchmark {
    private static final String[] TOKENS = {" Once", " upon", " a", " time", ",", " there", " was", " 옛날", "옛적에", "."};

    private final Map<String, Object> object =
            Map.of("id", "chatcmpl-1", "choices", List.of(Map.of("index", 0, "delta", Map.of("content", " upon "))));
    private ChunkFilter filter;
    private int next;

    /** The filters of a stream, at its beginning. */
    @Setup(Level.Iteration)
    public void begin() throws RegexSyntaxException {
        List<OutputFilter> filters = new ArrayList<>();
        for (int list = 0; list < 3; list++) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                words.add("word" + list + "-" + Integer.toString(i * 7_919, Character.MAX_RADIX));
            }
            filters.add(filter("words" + list, new WordList(words, true, list == 2)));
        }
        for (String pattern : new String[] {
            "sk-[A-Za-z0-9]{20,}",
            "(?i)password\\s*[:=]\\s*\\S+",
            "\\b\\d{4}-\\d{2}-\\d{2}\\b",
            "https?://[^\\s]+",
            "<[^>]{1,100}>",
            "AKIA[0-9A-Z]{16}"
        }) {
            filters.add(filter(pattern, Regex.of(pattern, false, 256)));
        }
        List<OutputFilter.Rule> rules = new ArrayList<>();
        for (PersonalData kind : PersonalData.values()) {
            rules.add(new OutputFilter.Rule(kind.matcher(), "[" + kind + "]"));
        }
        filters.add(new OutputFilter("pii", Action.REDACT, rules));
        filter = new ChunkFilter(new OutputFilters(filters).forRun(), Optional.empty());
    }

    private static OutputFilter filter(String name, Matcher matcher) {
        return new OutputFilter(name, Action.REDACT, List.of(new OutputFilter.Rule(matcher, "***")));
    }

    /** A chunk of text. */
    @Benchmark
    public void text(Blackhole out) {
        next = (next + 1) % TOKENS.length;
        filter.add(TOKENS[next], out::consume);
    }

    /** A chunk of a chat completion as JSON. */
    @Benchmark
    public void object(Blackhole out) {
        filter.add(object, out::consume);
    }
}
