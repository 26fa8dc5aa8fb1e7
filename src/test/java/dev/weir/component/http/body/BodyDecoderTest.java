package dev.weir.component.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
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
                Arguments.of("data: a\n\ndata: b\n", List.of("a", "b")),
                Arguments.of("data: a\n\ndata: [DONE]\n\ndata: never\n\n", List.of("a")),
                Arguments.of("", List.of()),
                Arguments.of("\n\n\r\n", List.of()));
    }

    @ParameterizedTest
    @MethodSource("eventStreams")
    void eventsAreTheSameHoweverTheStreamIsSplit(String stream, List<String> payloads) {
        everySplit(stream, () -> events(false), payloads);
    }

    @Test
    void anErrorEventFailsTheStreamAndShowsItsData() {
        Pull.Outcome outcome = Pull.outcome(events(false), "data: a\n\nevent: error\ndata: overloaded\n\n");
        assertThat(outcome.payloads()).containsExactly("a");
        assertThat(outcome.failure()).hasMessageContaining("overloaded");
    }

    @Test
    void theEventTypeDoesNotOutliveItsEvent() {
        assertThat(Pull.all(events(false), "event: ping\n\ndata: a\n\n")).containsExactly("a");
    }

    @Test
    void anEventOverTheLimitFailsTheStream() {
        String tooLongLine = "data: " + "x".repeat(LIMIT);
        String tooManyLines = "data: 0123456789\n".repeat(LIMIT / 10);
        for (String stream : List.of(tooLongLine, tooManyLines)) {
            assertThat(Pull.outcome(events(false), stream).failure())
                    .hasMessageContaining("weir.http.max-event")
                    .hasMessageContaining(String.valueOf(LIMIT));
        }
    }

    @Test
    void aWholeJsonPayloadCountsThoughItsBlankLineIsMissing() {
        Supplier<BodyDecoder> json = () -> events(true);
        everySplit("data: {\"a\":1}\n\ndata: {\"b\":2}", json, List.of("{\"a\":1}", "{\"b\":2}"));
        everySplit("data: {\"b\":2}\r\n", json, List.of("{\"b\":2}"));
        everySplit("data: {\ndata: \"b\":2}", json, List.of("{\n\"b\":2}"));
        everySplit("data: 12\n", json, List.of("12"));
        everySplit("data: {\"b\":2}\n\ndata: [DONE]", json, List.of("{\"b\":2}"));
        everySplit("data: {\"b\":2}\n\n: bye\nevent: x\nid", json, List.of("{\"b\":2}"));
    }

    @Test
    void aStreamThatEndsInsideAJsonPayloadIsCutShort() {
        for (String end : List.of("data: {\"b\":", "data: {\"b\":\n", "data: 12", "data: {\ndata: \"b\"", "data: ")) {
            Pull.Outcome outcome = Pull.outcome(events(true), "data: {\"a\":1}\n\n" + end);
            assertCutShort(outcome::whole, "inside an event");
            assertThat(outcome.payloads()).containsExactly("{\"a\":1}");
        }
        for (String end : List.of("d", "dat", "event: x", "ev")) {
            assertCutShort(() -> Pull.all(events(true), "data: {\"a\":1}\n\n" + end), "inside a line");
        }
    }

    @Test
    void anErrorEventAtTheEndIsToldThoughItsBlankLineIsMissing() {
        for (boolean json : new boolean[] {true, false}) {
            assertThatThrownBy(() -> Pull.all(events(json), "event: error\ndata: overloaded"))
                    .hasMessageContaining("error event: overloaded");
            assertThatThrownBy(() -> Pull.all(events(json), "data: 1\n\nevent: error\n"))
                    .hasMessageContaining("error event");
        }
    }

    @Test
    void textThatTheEndCutsInsideALineIsCutShortAndAWholeLineIsDelivered() {
        for (String end : List.of("data: x", "data: ", "d", "event: y", "data: x\ndata: y", "data: x\nid: 1")) {
            Pull.Outcome outcome = Pull.outcome(events(false), "data: a\n\n" + end);
            assertCutShort(outcome::whole, "inside");
            assertThat(outcome.payloads()).containsExactly("a");
        }
        everySplit("data: a\n\nid: 7\ndata: x\r\n", () -> events(false), List.of("a", "x"));
        everySplit("data: a\n\ndata: x\ndata: y\n", () -> events(false), List.of("a", "x\ny"));
        everySplit("data: a\n\nevent: x\n", () -> events(false), List.of("a"));
        everySplit("data: a\n\n: bye", () -> events(false), List.of("a"));
    }

    @Test
    void theEndMarkCountsThoughItsLineHasNoEnd() {
        everySplit("data: a\n\ndata: [DONE]", () -> events(false), List.of("a"));
        String stop = "{\"type\":\"message_stop\"}";
        everySplit("data: a\n\ndata: " + stop, () -> events(false), List.of("a", stop));
    }

    @Test
    void aStreamOfTheAnthropicApiEndsWithMessageStop() {
        String start = "event: message_start\ndata: {\"type\":\"message_start\"}\n\n";
        for (boolean json : new boolean[] {true, false}) {
            assertCutShort(() -> Pull.all(events(json), start), "message_stop");
            assertThat(Pull.all(events(json), start + "event: message_stop\ndata: {}\n\n"))
                    .containsExactly("{\"type\":\"message_start\"}", "{}");
        }
    }

    @Test
    void aStreamOfTheOllamaApiEndsWithDone() {
        assertCutShort(() -> Pull.all(lines(), "{\"response\":\"a\",\"done\":false}\n"), "\"done\": false");
        everySplit(
                "{\"done\":false}\n{\"done\":true}",
                BodyDecoderTest::lines,
                List.of("{\"done\":false}", "{\"done\":true}"));
        everySplit("{\"a\":{\"done\":false}}", BodyDecoderTest::lines, List.of("{\"a\":{\"done\":false}}"));
    }

    @Test
    void aListOfThingsThatAreDoneOrNotIsNoStreamOfOllama() {
        List<String> things = List.of("{\"title\":\"a\",\"done\":true}", "{\"title\":\"b\",\"done\":false}");
        everySplit(String.join("\n", things), BodyDecoderTest::lines, things);
    }

    @Test
    void everyLineThatIsNotBlankIsAPayload() {
        everySplit("{\"a\":1}\n\r\n  \n{\"b\":\"é\"}", BodyDecoderTest::lines, List.of("{\"a\":1}", "{\"b\":\"é\"}"));
    }

    @Test
    void doneEndsJsonLinesToo() {
        everySplit("{\"a\":1}\n[DONE]\nnever\n", BodyDecoderTest::lines, List.of("{\"a\":1}"));
        everySplit("{\"a\":1}\n[DONE]", BodyDecoderTest::lines, List.of("{\"a\":1}"));
        everySplit("{\"a\":1}\n\t[done] \r\nnever", BodyDecoderTest::lines, List.of("{\"a\":1}"));
    }

    @Test
    void aLineThatTheEndCutsIsCutShort() {
        assertCutShort(() -> Pull.all(lines(), "{\"a\":1}\n{\"b\":"), "inside a line");
    }

    @Test
    void aDocumentIsOnePayloadHoweverItIsWritten() {
        Supplier<BodyDecoder> whole = () -> new WholeDecoder(LIMIT, WholeReading::checkedText);
        everySplit("{\n  \"a\": 1\n}\n", whole, List.of("{\n  \"a\": 1\n}\n"));
        everySplit("", whole, List.of());
        assertThatThrownBy(() -> Pull.all(new WholeDecoder(3, WholeReading::checkedText), "1234"))
                .hasMessageContaining("weir.http.max-answer");
    }

    @Test
    void textKeepsSplitCharactersWhole() {
        byte[] text = "\uFEFFa한🎉é".getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= text.length; size++) {
            List<Object> payloads = Pull.all(new TextDecoder(), text, size);
            assertThat(String.join("", payloads.stream().map(String.class::cast).toList()))
                    .isEqualTo("a한🎉é");
            assertThat(payloads).noneMatch(payload -> ((String) payload).contains("\uFFFD"));
        }
    }

    @Test
    void textThatEndsInsideACharacterShowsIt() {
        byte[] cut = Arrays.copyOf("한".getBytes(StandardCharsets.UTF_8), 2);
        assertThat(Pull.all(new TextDecoder(), cut, 1)).containsExactly("\uFFFD");
    }

    @Test
    void bytesComeInPiecesOfAtMostTheChunkSize() {
        List<Object> payloads = Pull.all(new PieceDecoder(3), new byte[] {1, 2, 3, 4, 5, 6, 7}, 7);
        assertThat(payloads).containsExactly(new byte[] {1, 2, 3}, new byte[] {4, 5, 6}, new byte[] {7});
    }

    @Test
    void nothingIsDecodedUntilItIsAskedFor() {
        BodyDecoder decoder = events(true);
        decoder.add(ByteBuffer.wrap("data: 1\n\nevent: error\ndata: 2\n\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(decoder.next()).isEqualTo("1");
        assertThat(decoder.isDone()).isFalse();
        assertThatThrownBy(decoder::next).isInstanceOf(WeirException.class);
    }

    @Test
    void aClosedDecoderGivesNothing() {
        for (BodyDecoder decoder :
                List.of(events(true), lines(), new JsonDecoder(Pull.LIMITS, true), new TextDecoder())) {
            decoder.add(ByteBuffer.wrap("data: 1\n\n{}\n".getBytes(StandardCharsets.UTF_8)));
            decoder.close();
            decoder.close();
            assertThat(decoder.next()).isNull();
        }
    }

    @Test
    void aLineOfTenMegabytesIsRefusedAtTheLimit() {
        byte[] line = new byte[10 << 20];
        Arrays.fill(line, (byte) 'x');
        for (BodyDecoder decoder : List.of(events(false), lines(), new JsonDecoder(Pull.LIMITS, true))) {
            List<Object> payloads = new ArrayList<>();
            assertThatThrownBy(() -> {
                        for (int from = 0; from < line.length; from += 1000) {
                            assertThat(from).as("bytes taken without a refusal").isLessThanOrEqualTo(2000);
                            decoder.add(ByteBuffer.wrap(line, from, 1000));
                            Pull.drain(decoder, payloads);
                        }
                    })
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_TOO_LARGE));
        }
    }

    private static BodyDecoder events(boolean json) {
        return new EventStreamDecoder(LIMIT, json);
    }

    private static BodyDecoder lines() {
        return new LineDecoder(LIMIT, true);
    }

    static void assertCutShort(ThrowingCallable call, String how) {
        assertThatThrownBy(call).isInstanceOfSatisfying(WeirException.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED);
            assertThat(failure.detail()).contains("cut short", how);
        });
    }

    static void everySplit(String stream, Supplier<BodyDecoder> decoder, List<String> payloads) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= Math.max(1, bytes.length); size++) {
            assertThat(Pull.all(decoder.get(), bytes, size))
                    .as("pieces of %d", size)
                    .isEqualTo(payloads);
        }
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(Pull.cut(decoder.get(), bytes, cut).whole())
                    .as("cut at %d", cut)
                    .isEqualTo(payloads);
        }
    }
}
