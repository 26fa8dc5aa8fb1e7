package dev.weir.component.http;

import dev.weir.component.http.body.BodyDecoder;
import dev.weir.component.http.body.BodyLimits;
import dev.weir.component.http.body.Framing;
import dev.weir.component.http.body.StreamReading;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Decodes an event of a chat completion from pieces of the size that the HTTP client gives. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecoderBenchmark {
    private static final int EVENTS = 60;

    private final ByteBuffer piece = ByteBuffer.wrap(("data: {\"id\":\"chatcmpl-9aBcDeFgHiJkLmNoPqRsTuVwXyZ01\","
                            + "\"object\":\"chat.completion.chunk\",\"created\":1718000000,\"model\":\"gpt-4o\","
                            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" upon\"},\"finish_reason\":null}]}\n\n")
                    .repeat(EVENTS)
                    .getBytes(StandardCharsets.UTF_8))
            .asReadOnlyBuffer();
    private final BodyDecoder decoder = new StreamReading(
                    Framing.SSE, true, "text/event-stream", new BodyLimits(1 << 22, 1 << 26, 1 << 16))
            .decoder();

    /** One event. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void decodeEvent(Blackhole payloads) {
        decoder.add(piece.duplicate());
        for (Object payload = decoder.next(); payload != null; payload = decoder.next()) {
            payloads.consume(payload);
        }
    }
}
