package dev.weir.config.reader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reads, parses and checks a configuration file of 200 lines. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ConfigBenchmark {
    private static final int PARTS = 11;

    private Path file = Path.of("");

    /** Writes 11 workflows and their components. */
    @Setup
    public void write() throws IOException {
        StringBuilder workflows = new StringBuilder("workflows:\n");
        StringBuilder components = new StringBuilder("components:\n");
        for (int i = 0; i < PARTS; i++) {
            workflows.append("""
                      - id: chat-%d
                        title: Chat
                        component: client-%d
                        input: {prompt: '${input.prompt as text}'}
                        output: ${output as text;sse-text}
                    """.formatted(i, i));
            components.append("""
                      - id: client-%d
                        type: http-client
                        base_url: https://api.example.org/v1
                        path: /chat/completions
                        headers:
                          Authorization: Bearer ${env.KEY}
                        body:
                          model: gpt-4o
                          messages:
                            - role: user
                              content: ${input.prompt as text}
                        stream_format: json
                        output: ${response[].choices[0].delta.content}
                    """.formatted(i));
        }
        file = Files.createTempFile("model-compose", ".yml");
        Files.writeString(file, workflows.append(components));
    }

    /** Removes the file. */
    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    /** From a file to records. */
    @Benchmark
    public LoadResult read() {
        LoadResult result = ConfigReader.read(List.of(file), Map.of("KEY", "secret"));
        if (result instanceof LoadResult.Rejected rejected) {
            throw new IllegalStateException(rejected.problems().toString());
        }
        return result;
    }
}
