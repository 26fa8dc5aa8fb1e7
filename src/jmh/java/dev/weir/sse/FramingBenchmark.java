package dev.weir.sse;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Frames one chunk of text as an event. The chunk is not a constant, since the compiler would frame a constant in advance. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FramingBenchmark {
    private String chunk = " upon";
    private final EventFraming text = EventFraming.text();
    private final EventFraming json = EventFraming.json();
    private final ByteBuilder bytes = new ByteBuilder();
    private final OutputStream nowhere = OutputStream.nullOutputStream();

    /** {@code sse-text}. */
    @Benchmark
    public int text() throws IOException {
        return drained(text);
    }

    /** {@code sse-json}. */
    @Benchmark
    public int json() throws IOException {
        return drained(json);
    }

    private int drained(EventFraming framing) throws IOException {
        framing.frame(chunk, bytes);
        int size = bytes.size();
        bytes.writeTo(nowhere, 0, bytes.size());
        bytes.clear();
        return size;
    }
}
