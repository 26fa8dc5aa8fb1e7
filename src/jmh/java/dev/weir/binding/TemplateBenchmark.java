package dev.weir.binding;

import dev.weir.json.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Parses templates, as at the load of a configuration, and renders them, as for each chunk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TemplateBenchmark {
    private static final Map<String, Object> BODY = Map.of(
            "model",
            "${input.model | gpt-4o}",
            "messages",
            List.of(Map.of("role", "user", "content", "Answer briefly: ${input.prompt as text}")),
            "stream",
            true);

    private String expression = "${response[].choices[0].delta.content}";
    private Template lookup = Template.parse(expression);
    private Template wire = Template.parse("${output as text;sse-text}");
    private Bindings chunk = Bindings.empty()
            .with(
                    Source.RESPONSE_CHUNK,
                    Json.parse(
                            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\" upon\"},\"finish_reason\":null}]}"));
    private Bindings output = Bindings.empty().with(Source.OUTPUT, " upon");

    /** One expression. */
    @Benchmark
    public Template parseExpression() {
        return Template.parse(expression);
    }

    /** A whole request body. */
    @Benchmark
    public Template parseBody() {
        return Template.parse(BODY);
    }

    /** The text of a chat completion's chunk. */
    @Benchmark
    public @Nullable Object renderChunk() {
        return lookup.render(chunk);
    }

    /** The workflow's output, for each chunk. */
    @Benchmark
    public @Nullable Object renderOutput() {
        return wire.render(output);
    }
}
