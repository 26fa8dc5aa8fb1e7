package dev.weir.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventFramingTest {

    static List<Arguments> texts() {
        return List.of(
                Arguments.of(" upon", "data:  upon\n\n"),
                Arguments.of("Once", "data: Once\n\n"),
                Arguments.of("\n", "data: \ndata: \n\n"),
                Arguments.of("\n\n", "data: \ndata: \ndata: \n\n"),
                Arguments.of("a\n", "data: a\ndata: \n\n"),
                Arguments.of("\nb", "data: \ndata: b\n\n"),
                Arguments.of("a\r\nb", "data: a\ndata: b\n\n"),
                Arguments.of("a\rb", "data: a\ndata: b\n\n"),
                Arguments.of("한국어", "data: 한국어\n\n"),
                Arguments.of("👩‍👩‍👧", "data: 👩‍👩‍👧\n\n"),
                Arguments.of("data: x", "data: data: x\n\n"),
                Arguments.of(": not a comment", "data: : not a comment\n\n"),
                Arguments.of("", ""));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textIsOneEventWithALineForEachOfItsLines(String chunk, String bytes) {
        byte[] framed = framed(EventFraming.text(), chunk);
        assertThat(new String(framed, StandardCharsets.UTF_8)).isEqualTo(bytes);
        assertThat(ReferenceEventParser.joined(framed))
                .isEqualTo(chunk.replace("\r\n", "\n").replace('\r', '\n'));
    }

    @Test
    void whatIsNotTextIsSentAsJson() {
        assertThat(text(framed(EventFraming.text(), 7, true, Map.of("a", List.of(1, "é")))))
                .isEqualTo("data: 7\n\ndata: true\n\ndata: {\"a\":[1,\"é\"]}\n\n");
    }

    @Test
    void jsonIsOneLineAChunkAndLossless() {
        assertThat(text(framed(EventFraming.json(), " upon", "a\r\nb", "", 1.5)))
                .isEqualTo("data: \" upon\"\n\ndata: \"a\\r\\nb\"\n\ndata: \"\"\n\ndata: 1.5\n\n");
    }

    @Test
    void aSurrogatePairSplitBetweenChunksIsJoined() {
        assertThat(text(framed(EventFraming.text(), "a\uD83C", "\uDF89b"))).isEqualTo("data: a\n\ndata: 🎉b\n\n");
        assertThat(text(framed(EventFraming.text(), "\uD83C", "", "\uDF89"))).isEqualTo("data: 🎉\n\n");
    }

    @Test
    void halfAPairAtTheEndIsNotHidden() {
        assertThat(text(framed(EventFraming.text(), "a\uD83C"))).isEqualTo("data: a\n\ndata: \uFFFD\n\n");
        assertThat(text(framed(EventFraming.text(), "\uD83C", "b"))).isEqualTo("data: \uFFFDb\n\n");
    }

    @Test
    void aLineBreakSplitBetweenChunksIsOneLineBreak() {
        byte[] framed = framed(EventFraming.text(), "a\r", "\nb", "\r", "\n", "c");
        assertThat(ReferenceEventParser.joined(framed)).isEqualTo("a\nb\nc");
    }

    @Test
    void bytesPassUnchanged() {
        byte[] bytes = {0, 13, 10, (byte) 0xFF};
        EventFraming framing = EventFraming.bytes("audio/wav");
        assertThat(framed(framing, bytes, bytes)).containsExactly(0, 13, 10, 0xFF, 0, 13, 10, 0xFF);
        assertThat(framing.contentType()).isEqualTo("audio/wav");
        assertThat(framing.reportsErrors()).isFalse();
    }

    @Test
    void everyTextComesBackFromAnyCutIntoChunks() {
        String[] pieces = {"a", "\n", "\r", "\r\n", " ", "data: ", "é", "한", "🎉", ":", "\n\n"};
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            EventFraming asText = EventFraming.text();
            EventFraming asJson = EventFraming.json();
            ByteBuilder textBytes = new ByteBuilder();
            ByteBuilder jsonBytes = new ByteBuilder();
            for (int from = 0, to; from < text.length(); from = to) {
                to = Math.min(text.length(), from + 1 + random.nextInt(3));
                asText.frame(text.substring(from, to), textBytes);
                asJson.frame(text.substring(from, to), jsonBytes);
            }
            asText.finish(textBytes);
            assertThat(ReferenceEventParser.joined(textBytes.toByteArray()))
                    .isEqualTo(text.toString().replace("\r\n", "\n").replace('\r', '\n'));
            StringBuilder parsed = new StringBuilder();
            ReferenceEventParser.parse(jsonBytes.toByteArray())
                    .forEach(event -> parsed.append(Json.parse(event.data())));
            assertThat(parsed).hasToString(text.toString());
        }
    }

    @Test
    void aLargeChunkIsFramedWhole() {
        String chunk = "0123456789abcde\n".repeat(1 << 16);
        assertThat(ReferenceEventParser.joined(framed(EventFraming.text(), chunk)))
                .isEqualTo(chunk);
    }

    private static byte[] framed(EventFraming framing, Object... chunks) {
        ByteBuilder out = new ByteBuilder();
        for (Object chunk : chunks) {
            framing.frame(chunk, out);
        }
        framing.finish(out);
        return out.toByteArray();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
