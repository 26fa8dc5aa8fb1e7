package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.WeirException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BodyDecoderTest {
    private static final int LIMIT = 1000;

    static List<Arguments> eventStreams() {
        return List.of(
                Arguments.of("data: a\n\ndata: b\n\n", List.of("a", "b")),
                Arguments.of("data: a\r\n\r\ndata: b\r\n\r\n", List.of("a", "b")),
                Arguments.of("data: a\r\rdata: b\r\r", List.of("a", "b")),
                Arguments.of("\uFEFFdata: a\n\n", List.of("a")),
                Arguments.of("\uFEFF\uFEFFdata: a\n\ndata: b\n\n", List.of("b")),
                Arguments.of(": ping\n\ndata: a\n\n: pong\n", List.of("a")),
                Arguments.of("event: x\nid: 3\nretry: 10\ndata: a\n\n", List.of("a")),
                Arguments.of("data: a\ndata: b\ndata:\ndata: c\n\n", List.of("a\nb\n\nc")),
                Arguments.of("data:a\n\ndata:  b\n\ndata\n\n", List.of("a", " b", "")),
                Arguments.of("data: 한글 🎉\n\n", List.of("한글 🎉")),
                Arguments.of("data: a\n\ndata: b\n", List.of("a")),
                Arguments.of("data: a\n\ndata: [DONE]\n\ndata: never\n\n", List.of("a")),
                Arguments.of("date: a\n\ndataset: b\n\n", List.of()),
                Arguments.of("", List.of()),
                Arguments.of("\n\n\r\n", List.of()));
    }

    @ParameterizedTest
    @MethodSource("eventStreams")
    void eventsAreTheSameHoweverTheStreamIsSplit(String stream, List<String> payloads) {
        everySplit(stream, () -> new EventStreamDecoder(LIMIT, false), payloads);
    }

    @Test
    void anErrorEventFailsTheStreamAndShowsItsData() {
        EventStreamDecoder decoder = new EventStreamDecoder(LIMIT, false);
        List<Object> payloads = new ArrayList<>();
        assertThatThrownBy(() -> decoder.decode(bytes("data: a\n\nevent: error\ndata: overloaded\n\n"), payloads::add))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("overloaded");
        assertThat(payloads).containsExactly("a");
    }

    @Test
    void theEventTypeDoesNotOutliveItsEvent() {
        EventStreamDecoder decoder = new EventStreamDecoder(LIMIT, false);
        List<Object> payloads = new ArrayList<>();
        decoder.decode(bytes("event: error\n\ndata: a\n\n"), payloads::add);
        assertThat(payloads).containsExactly("a");
    }

    @Test
    void anEventOverTheLimitFailsTheStream() {
        String tooLongLine = "data: " + "x".repeat(LIMIT);
        String tooManyLines = "data: 0123456789\n".repeat(LIMIT / 10);
        for (String stream : List.of(tooLongLine, tooManyLines)) {
            assertThatThrownBy(() -> new EventStreamDecoder(LIMIT, false).decode(bytes(stream), payload -> {}))
                    .hasMessageContaining("weir.http.max-event")
                    .hasMessageContaining(String.valueOf(LIMIT));
        }
    }

    @Test
    void everyLineThatIsNotBlankIsAPayload() {
        everySplit(
                "{\"a\":1}\n\r\n  \n{\"b\":\"é\"}",
                () -> new LineDecoder(LIMIT),
                List.of("{\"a\":1}", "{\"b\":\"é\"}"));
    }

    @Test
    void doneEndsJsonLinesToo() {
        everySplit("{\"a\":1}\n[DONE]\nnever\n", () -> new LineDecoder(LIMIT), List.of("{\"a\":1}"));
        everySplit("{\"a\":1}\n[DONE]", () -> new LineDecoder(LIMIT), List.of("{\"a\":1}"));
    }

    @Test
    void aDocumentIsOnePayloadHoweverItIsWritten() {
        everySplit("{\n  \"a\": 1\n}\n", () -> new WholeDecoder(LIMIT), List.of("{\n  \"a\": 1\n}\n"));
        everySplit("", () -> new WholeDecoder(LIMIT), List.of());
        assertThatThrownBy(() -> new WholeDecoder(3).decode(bytes("1234"), payload -> {}))
                .hasMessageContaining("document");
    }

    @Test
    void textKeepsSplitCharactersWhole() {
        byte[] text = "a한🎉é".getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= text.length; size++) {
            List<Object> payloads = decode(new TextDecoder(), text, size);
            assertThat(String.join("", payloads.stream().map(String.class::cast).toList()))
                    .isEqualTo("a한🎉é");
            assertThat(payloads).noneMatch(payload -> ((String) payload).contains("\uFFFD"));
        }
    }

    @Test
    void textThatEndsInsideACharacterShowsIt() {
        byte[] cut = Arrays.copyOf("한".getBytes(StandardCharsets.UTF_8), 2);
        assertThat(decode(new TextDecoder(), cut, 1)).containsExactly("\uFFFD");
    }

    @Test
    void bytesComeInPiecesOfAtMostTheChunkSize() {
        List<Object> payloads = decode(new PieceDecoder(3), new byte[] {1, 2, 3, 4, 5, 6, 7}, 7);
        assertThat(payloads).containsExactly(new byte[] {1, 2, 3}, new byte[] {4, 5, 6}, new byte[] {7});
    }

    private static void everySplit(String stream, Supplier<BodyDecoder> decoder, List<String> payloads) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= Math.max(1, bytes.length); size++) {
            assertThat(decode(decoder.get(), bytes, size))
                    .as("pieces of %d", size)
                    .isEqualTo(payloads);
        }
        for (int cut = 0; cut <= bytes.length; cut++) {
            BodyDecoder fresh = decoder.get();
            List<Object> found = new ArrayList<>();
            if (fresh.decode(ByteBuffer.wrap(bytes, 0, cut), found::add)) {
                fresh.decode(ByteBuffer.wrap(bytes, cut, bytes.length - cut), found::add);
            }
            fresh.finish(found::add);
            assertThat(found).as("cut at %d", cut).isEqualTo(payloads);
        }
    }

    private static List<Object> decode(BodyDecoder decoder, byte[] bytes, int pieceSize) {
        List<Object> payloads = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += pieceSize) {
            int length = Math.min(pieceSize, bytes.length - from);
            if (!decoder.decode(ByteBuffer.wrap(bytes, from, length).slice(), payloads::add)) {
                break;
            }
        }
        decoder.finish(payloads::add);
        return payloads;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
