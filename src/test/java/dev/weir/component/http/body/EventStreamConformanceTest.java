package dev.weir.component.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.json.Json;
import dev.weir.sse.ReferenceEventParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The decoder agrees with the standard, for a table of streams and for random streams, in any pieces. */
class EventStreamConformanceTest {
    private static final Path TABLE = Path.of("src/test/resources/http/event-streams.txt");
    private static final int LIMIT = 1 << 20;

    static Stream<Arguments> table() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .map(cells -> Arguments.of(cells[0], Pull.bytes(cells[1]), Json.parse(cells[2])));
    }

    static Stream<Arguments> longOnes() {
        return Stream.of(
                Arguments.of("many events", "data: x\n\n".repeat(3_000)),
                Arguments.of("many lines", "data: x\r\n".repeat(3_000) + "\r\n"),
                Arguments.of("a long line", "data: " + "ab한🎉".repeat(9_000) + "\n\n"),
                Arguments.of("a long comment", ": " + "x".repeat(90_000) + "\ndata: a\n\n"),
                Arguments.of("a long field name", "f".repeat(90_000) + ": a\ndata: a\n\n"));
    }

    @Test
    void theTableIsLong() throws IOException {
        assertThat(table()).hasSizeGreaterThanOrEqualTo(120);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void theTableHolds(String name, byte[] stream, List<String> data) {
        assertThat(reference(stream)).as("the standard").isEqualTo(data);
        assertSameInEverySplit(stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("longOnes")
    void lengthMakesNoDifference(String name, String stream) {
        assertSameInEverySplit(stream.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void randomStreamsAreReadAsTheStandardReadsThem() {
        String[] parts = {
            "data", "event", "id", ":", ": ", " ", "\n", "\n", "\r", "\r\n", "\n\n", "a", "한", "🎉", "\uFEFF", "data: ",
            "x: ", "\0"
        };
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder stream = new StringBuilder();
            for (int part = random.nextInt(30); part > 0; part--) {
                stream.append(parts[random.nextInt(parts.length)]);
            }
            // The standard does not cover a body without an event, or with an end inside an event.
            stream.append("\n\ndata: z\n\n");
            assertSameInEverySplit(stream.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void assertSameInEverySplit(byte[] stream) {
        assertInEverySplit(stream, reference(stream));
    }

    private static void assertInEverySplit(byte[] stream, List<String> expected) {
        Random random = new Random(stream.length);
        assertThat(decoded(stream, stream.length + 1, null)).as("whole").isEqualTo(expected);
        assertThat(decoded(stream, 1, null)).as("byte by byte").isEqualTo(expected);
        for (int i = 0; i < 3; i++) {
            assertThat(decoded(stream, 17, random)).as("split at random").isEqualTo(expected);
        }
    }

    /** The result of the standard, except for the empty data of named events, which are keep-alives. */
    private static List<String> reference(byte[] stream) {
        return ReferenceEventParser.parse(stream).stream()
                .filter(event -> event.type().equals("message") || !event.data().isEmpty())
                .map(ReferenceEventParser.Event::data)
                .toList();
    }

    /** The decoded payloads of pieces of {@code most} bytes, or of a random size up to that. */
    private static List<Object> decoded(byte[] stream, int most, @Nullable Random random) {
        return Pull.outcome(new EventStreamDecoder(LIMIT, false), stream, most, random)
                .whole();
    }
}
