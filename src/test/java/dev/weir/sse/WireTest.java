package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.json.Json;
import dev.weir.stream.ChunkQueue;
import dev.weir.stream.ChunkSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact bytes of each case, and the events that a standard parser reads from them. */
class WireTest {
    static Stream<WireCase> cases() {
        return Stream.concat(WireCase.inOneStream().stream(), Stream.of(WireCase.atTheEnd()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void textIsSentAsItsGoldenFileAndRebuiltExactly(WireCase wire) throws Exception {
        byte[] sent = sent(EventFraming.text(), wire);
        assertThat(wire.requireIn(sent, 0, "sse-text")).isEqualTo(sent.length);
        assertThat(ReferenceEventParser.joined(sent)).isEqualTo(wire.text());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void jsonIsSentAsItsGoldenFileAndLosesNothing(WireCase wire) throws Exception {
        byte[] sent = sent(EventFraming.json(), wire);
        assertThat(wire.requireIn(sent, 0, "sse-json")).isEqualTo(sent.length);
        assertThat(ReferenceEventParser.parse(sent).stream().map(event -> Json.parse(event.data())))
                .isEqualTo(wire.values());
    }

    @Test
    void everyGoldenFileHasItsCase() throws IOException {
        Set<String> names = new TreeSet<>();
        cases().forEach(wire -> names.add(wire.name()));
        Set<String> golden = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden/wire"))) {
            files.forEach(file -> golden.add(file.getFileName().toString().replaceFirst("\\..*", "")));
        }
        assertThat(golden).isEqualTo(names);
    }

    /** The bytes of a relay: the reader of the stream parses each payload and drops null. */
    private static byte[] sent(EventFraming framing, WireCase wire) throws Exception {
        ChunkQueue queue = new ChunkQueue(wire.chunks().size());
        wire.chunks().forEach(queue::offer);
        queue.complete();
        ChunkSource chunks = queue.map(payload -> Json.parse((String) payload));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordingResponse response = new RecordingResponse() {
            @Override
            public void write(byte[] bytes, int from, int length) {
                out.write(bytes, from, length);
            }
        };
        try (PumpFixture fixture = new PumpFixture()) {
            fixture.write(framing, chunks, response);
        }
        return out.toByteArray();
    }
}
