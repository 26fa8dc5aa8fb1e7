package dev.weir.component.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
    void aWholeJsonPayloadCountsThoughItsBlankLineIsMissing() {
        Supplier<BodyDecoder> json = () -> new EventStreamDecoder(LIMIT, true);
        everySplit("data: {\"a\":1}\n\ndata: {\"b\":2}", json, List.of("{\"a\":1}", "{\"b\":2}"));
        everySplit("data: {\"b\":2}\r\n", json, List.of("{\"b\":2}"));
        everySplit("data: {\ndata: \"b\":2}", json, List.of("{\n\"b\":2}"));
        everySplit("data: 12\n", json, List.of("12"));
        everySplit("data: {\"b\":2}\n\ndata: [DONE]", json, List.of("{\"b\":2}"));
        everySplit("data: {\"b\":2}\n\n: bye\nevent: x\nid", json, List.of("{\"b\":2}"));
    }

    @Test
    void aStreamThatEndsInsideAJsonPayloadIsCutShort() {
        for (String end : List.of("data: {\"b\":", "data: {\"b\":\n", "data: 12", "data: {\ndata: \"b\"")) {
            BodyDecoder decoder = new EventStreamDecoder(LIMIT, true);
            List<Object> payloads = new ArrayList<>();
            decoder.decode(bytes("data: {\"a\":1}\n\n" + end), payloads::add);
            assertCutShort(() -> decoder.finish(payloads::add), "inside an event");
            assertThat(payloads).containsExactly("{\"a\":1}");
        }
    }

    @Test
    void anErrorEventAtTheEndIsToldThoughItsBlankLineIsMissing() {
        BodyDecoder decoder = new EventStreamDecoder(LIMIT, true);
        decoder.decode(bytes("event: error\ndata: overloaded"), payload -> {});
        assertThatThrownBy(() -> decoder.finish(payload -> {})).hasMessageContaining("error event: overloaded");
    }

    @Test
    void aStreamOfTheAnthropicApiEndsWithMessageStop() {
        String start = "event: message_start\ndata: {\"type\":\"message_start\"}\n\n";
        for (boolean json : new boolean[] {true, false}) {
            BodyDecoder cut = new EventStreamDecoder(LIMIT, json);
            cut.decode(bytes(start), payload -> {});
            assertCutShort(() -> cut.finish(payload -> {}), "message_stop");
            BodyDecoder whole = new EventStreamDecoder(LIMIT, json);
            whole.decode(bytes(start + "event: message_stop\ndata: {}\n\n"), payload -> {});
            whole.finish(payload -> {});
        }
    }

    @Test
    void aStreamOfTheOllamaApiEndsWithDone() {
        BodyDecoder cut = new LineDecoder(LIMIT);
        cut.decode(bytes("{\"response\":\"a\",\"done\":false}\n"), payload -> {});
        assertCutShort(() -> cut.finish(payload -> {}), "\"done\": false");
        everySplit(
                "{\"done\":false}\n{\"done\":true}",
                () -> new LineDecoder(LIMIT),
                List.of("{\"done\":false}", "{\"done\":true}"));
        everySplit("{\"a\":{\"done\":false}}", () -> new LineDecoder(LIMIT), List.of("{\"a\":{\"done\":false}}"));
    }

    @Test
    void gzipIsInflatedAsItComes() throws IOException {
        String text = "data: a한🎉\n\n".repeat(50);
        List<String> expected = Collections.nCopies(50, "a한🎉");
        byte[] gzip = gzip(text);
        for (int size : new int[] {1, 2, 7, 1000}) {
            assertThat(decode(new GzipDecoder(new EventStreamDecoder(LIMIT, false)), gzip, size))
                    .isEqualTo(expected);
        }
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.writeBytes(gzip);
        twice.writeBytes(gzip);
        assertThat(decode(new GzipDecoder(new EventStreamDecoder(LIMIT, false)), twice.toByteArray(), 13))
                .hasSize(100);
    }

    @Test
    void anEventComesOutOfGzipAsSoonAsItIsFlushed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GZIPOutputStream out = new GZIPOutputStream(bytes, true);
        out.write("data: a\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        List<Object> payloads = new ArrayList<>();
        new GzipDecoder(new EventStreamDecoder(LIMIT, false))
                .decode(ByteBuffer.wrap(bytes.toByteArray()), payloads::add);
        assertThat(payloads).containsExactly("a");
    }

    @Test
    void everyFieldOfAGzipHeaderIsPassed() throws IOException {
        byte[] plain = gzip("data: a\n\n");
        ByteArrayOutputStream full = new ByteArrayOutputStream();
        full.write(plain, 0, 3);
        full.write(2 + 4 + 8 + 16);
        full.write(plain, 4, 6);
        full.writeBytes(new byte[] {3, 0, 1, 2, 3});
        full.writeBytes("name\0comment\0".getBytes(StandardCharsets.US_ASCII));
        full.writeBytes(new byte[] {9, 9});
        full.write(plain, 10, plain.length - 10);
        for (int size : new int[] {1, 5, 1000}) {
            assertThat(decode(new GzipDecoder(new EventStreamDecoder(LIMIT, false)), full.toByteArray(), size))
                    .containsExactly("a");
        }
    }

    @Test
    void gzipThatIsCutOrDamagedIsTold() throws IOException {
        byte[] gzip = gzip("data: a\n\n".repeat(99));
        for (int length = 1; length < gzip.length; length++) {
            byte[] cut = Arrays.copyOf(gzip, length);
            assertCutShort(() -> decode(new GzipDecoder(new PieceDecoder(99)), cut, 8), "gzip");
        }
        byte[] damaged = gzip.clone();
        damaged[gzip.length - 5] ^= 1;
        assertThatThrownBy(() -> decode(new GzipDecoder(new PieceDecoder(99)), damaged, 8))
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> decode(
                        new GzipDecoder(new PieceDecoder(99)), "no gzip here".getBytes(StandardCharsets.UTF_8), 8))
                .hasMessageContaining("called gzip");
        assertThat(decode(new GzipDecoder(new PieceDecoder(99)), new byte[0], 8))
                .isEmpty();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void assertCutShort(ThrowingCallable call, String how) {
        assertThatThrownBy(call).isInstanceOfSatisfying(WeirException.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
            assertThat(failure.detail()).contains("cut short", how);
        });
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
