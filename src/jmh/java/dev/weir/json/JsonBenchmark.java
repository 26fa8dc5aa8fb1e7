package dev.weir.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Parses a chunk of an upstream's chat completion. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonBenchmark {
    private String text = "{\"id\":\"chatcmpl-9aBcDeFgHiJkLmNoPqRsTuVwXyZ01\",\"object\":\"chat.completion.chunk\","
            + "\"created\":1718000000,\"model\":\"gpt-4o-2024-05-13\",\"system_fingerprint\":\"fp_319be4768e\","
            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" upon\"},\"logprobs\":null,\"finish_reason\":null}]}";
    private byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    private final JsonProjection projection = JsonProjection.of(List.of(List.of(
            new PathStep.Key("choices"),
            new PathStep.Index(0),
            new PathStep.Key("delta"),
            new PathStep.Key("content"))));

    /** From text, only the member that a chat's output needs. */
    @Benchmark
    public @Nullable Object parseContentOnly() {
        return projection.read(text);
    }

    /** From text. */
    @Benchmark
    public @Nullable Object parseChunk() {
        return Json.parse(text);
    }

    /** From UTF-8. */
    @Benchmark
    public @Nullable Object parseChunkBytes() {
        return Json.parse(bytes);
    }
}
