package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.sse.ReferenceEventParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link EventReader} reads each stream as the reference parser does. */
class EventReaderTest {
    private static final String[] PIECES = {
        "data", "event", "id", ":", ": ", " ", "\n", "\r", "\r\n", "\n\n", "\uFEFF", "말", "error", "x", "retry: 1"
    };

    private static List<String> read(String stream) throws IOException {
        EventReader reader =
                new EventReader(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)), 1 << 20);
        List<String> events = new ArrayList<>();
        for (EventReader.Event event = reader.next(); event != null; event = reader.next()) {
            events.add(event.type() + "|" + event.data());
        }
        return events;
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: b", "data: b\n", "data: b\r", "event: error\n", "da", ":", "data: b\n:\n"})
    void aBodyThatEndsWithinAnEventIsCut(String end) throws IOException {
        String stream = "data: a\n\n" + end;
        EventReader reader =
                new EventReader(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)), 1 << 20);

        assertThat(reader.next()).isEqualTo(new EventReader.Event("", "a"));
        assertThatThrownBy(reader::next)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended in the midst of an event");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", ":\n", ":\n\n", "\r", "data: b\n\n:\r\n"})
    void aBodyThatEndsAfterAnEventIsWhole(String end) throws IOException {
        assertThat(read("data: a\n\n" + end)).startsWith("|a");
    }

    @Test
    void randomStreamsAreReadAsByTheReference() throws IOException {
        Random random = new Random(7);
        int some = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder stream = new StringBuilder();
            for (int piece = random.nextInt(30); piece > 0; piece--) {
                stream.append(PIECES[random.nextInt(PIECES.length)]);
            }
            // Ends each event, so that no body is cut.
            stream.append("\n\n");
            List<String> expected = new ArrayList<>();
            ReferenceEventParser.parse(stream.toString())
                    .forEach(event ->
                            expected.add((event.type().equals("message") ? "" : event.type()) + "|" + event.data()));
            assertThat(read(stream.toString())).as(stream.toString()).isEqualTo(expected);
            some += expected.size();
        }
        assertThat(some).isGreaterThan(100);
    }
}
