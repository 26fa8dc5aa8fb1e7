package dev.weir.face.openai;

import dev.weir.json.Json;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import dev.weir.stream.Summary;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Reads one chunk of an upstream's chat completion and frames it: as {@code sse-json}, as a relay does, and for OpenAI's clients.
 * Also frames the text of a chunk alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChunkFramingBenchmark {
    private byte[] chunk = ("{\"id\":\"chatcmpl-9aBcDeFgHiJkLmNoPqRsTuVwXyZ01\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1718000000,\"model\":\"gpt-4o-2024-05-13\",\"system_fingerprint\":\"fp_319be4768e\","
                    + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" upon\"},\"logprobs\":null,\"finish_reason\":null}]}")
            .getBytes(StandardCharsets.UTF_8);
    private Object read = Json.parse(chunk);
    private String text = " upon";

    private final EventFraming json = EventFraming.json();
    private final EventFraming chat = new TextChunks(new TextAnswer(
            new TextAnswer.Wish(TextShape.CHAT, "weir/chat", true, false, 1, 1),
            "chatcmpl-01M8QFWTCDRE8Z1V63TP56Y60Z",
            1_796_000_000,
            Summary.UNKNOWN));
    private final ByteBuilder bytes = new ByteBuilder();

    /** A chunk of an upstream as {@code sse-json}. */
    @Benchmark
    public int relayed() {
        return framed(json, Json.parse(chunk));
    }

    /** A chunk of an upstream for a client of chat completions. */
    @Benchmark
    public int passed() {
        return framed(chat, Json.parse(chunk));
    }

    /** A chunk that was read before, as {@code sse-json}. */
    @Benchmark
    public int relayedRead() {
        return framed(json, read);
    }

    /** A chunk that was read before, for a client of chat completions. */
    @Benchmark
    public int passedRead() {
        return framed(chat, read);
    }

    /** A text as {@code sse-json}. */
    @Benchmark
    public int relayedText() {
        return framed(json, text);
    }

    /** A text for a client of chat completions. */
    @Benchmark
    public int chatText() {
        return framed(chat, text);
    }

    private int framed(EventFraming framing, Object value) {
        bytes.clear();
        framing.frame(value, bytes);
        return bytes.size();
    }
}
