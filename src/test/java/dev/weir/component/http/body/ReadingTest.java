package dev.weir.component.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.http.protocol.ReportedFailures;
import dev.weir.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reading of a body by its declared framing, its type and its first bytes, as a stream and as a whole. */
class ReadingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/problem+json; charset=utf-8",
                "text/json",
                "application/x-json",
                "text/x-json",
                "APPLICATION/JSON",
                ""
            })
    void aWholeAnswerIsJsonByItsTypeOrWithoutOne(String type) {
        assertThat(whole(type, " \n{\"a\": [1]}")).isEqualTo(Map.of("a", List.of(1)));
    }

    @Test
    void aWholeAnswerOfAnotherTypeIsTextOrBytes() {
        assertThat(whole("text/plain", "{\"a\": 1}")).isEqualTo("{\"a\": 1}");
        assertThat(whole("application/xml", "<a/>")).isEqualTo("<a/>");
        for (String type : List.of("application/octet-stream", "image/png", "application/pdf")) {
            assertThat(whole(type, "{\"a\": 1}")).isEqualTo("{\"a\": 1}".getBytes(StandardCharsets.UTF_8));
        }
        for (String body : List.of("", "hello", "{hello", "[1", "12")) {
            assertThat(whole("", body)).as(body).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void anEmptyAnswerOfJsonIsNull() {
        assertThat(whole("application/json", "")).isNull();
        assertThat(whole("application/json", " \n")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}{\"b\":2}", "{\"a\":1}\r\n\r\n{\"b\":2}\n[DONE]\n"})
    void jsonLinesAsAWholeAnswerAreAList(String body) {
        assertThat(whole("application/json", body)).isEqualTo(List.of(Map.of("a", 1), Map.of("b", 2)));
        assertThat(whole("", body)).isEqualTo(List.of(Map.of("a", 1), Map.of("b", 2)));
        assertThat(read(Framing.AUTO, "application/x-ndjson", "{\"a\":1}\n{\"b\":2}"))
                .containsExactly("{\"a\":1}", "{\"b\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "", "text/plain", "application/json", "application/octet-stream"})
    void anEventStreamAsAWholeAnswerGivesItsPayloads(String type) {
        assertThat(read(Framing.AUTO, type, "data: {\"a\":1}\n\ndata: [DONE]\n\n"))
                .containsExactly("{\"a\":1}");
    }

    @Test
    void aTextThatMerelyResemblesAnEventStreamStaysText() {
        for (String text : List.of(":) hello", "data:image/png;base64,AAAA", "database: x", "ids", ": ", "events")) {
            assertThat(whole("text/plain", text)).isEqualTo(text);
            assertThat(Pull.all(stream(Framing.AUTO, false, "text/plain"), text))
                    .containsExactly(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id: 5 apples\n",
                "id: 5 apples",
                " \n event: at eight\nretry: never\n\n",
                ": a comment\n\nid: 7\nname: yaml\n",
                "retry: later\n\n\n"
            })
    void aBodyWithoutDataIsNoEventStreamUnlessItsTypeSaysSo(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        for (int size : new int[] {1, 5, 100}) {
            assertThat(String.join(
                            "",
                            Pull.all(stream(Framing.AUTO, false, "text/plain"), bytes, size).stream()
                                    .map(String.class::cast)
                                    .toList()))
                    .isEqualTo(body);
        }
        assertThat(whole("text/plain", body)).isEqualTo(body);
        for (String type : List.of("", "application/octet-stream")) {
            assertThat(Pull.all(stream(Framing.AUTO, false, type), bytes, bytes.length))
                    .containsExactly(bytes);
            assertThat(whole(type, body)).isEqualTo(bytes);
        }
    }

    @Test
    void aLongTextThatBeginsAsAFieldIsGivenAsItComes() {
        BodyLimits limits = new BodyLimits(1 << 20, 1 << 20, 1 << 16);
        BodyDecoder decoder = new StreamReading(Framing.AUTO, false, "text/plain", limits).decoder();
        String text = "id: 1\n" + "name: x\n".repeat(20_000);
        decoder.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(decoder.next()).isEqualTo(text);
    }

    @Test
    void anEventStreamThatIsOnlySniffedMayFailAndMayBeCut() {
        for (String type : List.of("text/plain", "", "application/octet-stream")) {
            assertThatThrownBy(() -> Pull.all(stream(Framing.AUTO, false, type), "id: 1\ndata: x"))
                    .hasMessageContaining("cut short");
            assertThatThrownBy(() -> Pull.all(stream(Framing.AUTO, false, type), "id: 1\nevent: error\n\n"))
                    .hasMessageContaining("error event");
        }
    }

    @Test
    void eventsThatAreCalledJsonLinesAreEvents() {
        for (boolean json : new boolean[] {true, false}) {
            assertThat(Pull.all(stream(Framing.AUTO, json, "application/x-ndjson"), "event: x\ndata: 1\n\n"))
                    .containsExactly("1");
        }
        assertThat(read(Framing.AUTO, "application/x-ndjson", ": hello\n\ndata: 1\n\n"))
                .containsExactly("1");
        assertThat(read(Framing.AUTO, "application/x-ndjson", "[1]\n[2]\n")).containsExactly("[1]", "[2]");
    }

    @Test
    void brokenJsonIsShownWithItsType() {
        for (String body : List.of("<html>", "{\"a\":", "{\"a\":1} x", "{\"a\":1}}", "[1][2")) {
            assertThatThrownBy(() -> whole("application/json", body))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_MALFORMED))
                    .hasMessageContaining("application/json")
                    .hasMessageContaining(body);
        }
        String page = "<html>" + "x".repeat(10_000);
        assertThatThrownBy(() -> Pull.all(stream(Framing.AUTO, true, "text/html"), page))
                .hasMessageContaining("not JSON (Content-Type: text/html): <html>xxx")
                .message()
                .hasSizeLessThan(2200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\\a", "\\\"", ";a=", " ", ",", "'"})
    void aLongParameterOfATypeNeedsNoStackAndLittleTime(String unit) {
        String quoted =
                "; a=\"" + unit.repeat(60_000) + "\"; b=" + unit.repeat(60_000).replace(";", "");
        assertThat(MediaTypes.parameter("text/plain" + quoted + "; charset=utf-8", "charset"))
                .contains("utf-8");
        for (boolean json : new boolean[] {true, false}) {
            assertThat(Pull.all(stream(Framing.AUTO, json, "application/json" + quoted), "{}"))
                    .containsExactly("{}");
        }
        assertThat(whole("text/plain" + quoted, "words")).isEqualTo("words");
        assertThat(MediaTypes.parameter("text/plain; a=\"" + unit.repeat(60_000), "charset"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "t/p; x=\"; charset=a\"; charset=b | b",
                "t/p; x=\"\\\"; charset=a\"; charset=b | b",
                "t/p; x=\"open; charset=b | b",
                "t/p;charset=\"b\\c\" | bc",
                "t/p; CHARSET = b ; x=y | b",
                "t/p; x; charset=b | b",
                "t/p; xcharset=a; charset=\"b\" | b"
            })
    void aParameterIsFoundOutsideQuotesOnly(String header, String value) {
        assertThat(MediaTypes.parameter(header, "charset")).contains(value);
    }

    @Test
    void aBinaryTypeStaysBytesThoughItNamesACharset() {
        byte[] bytes = {(byte) 0x89, 'P', 'N', 'G', (byte) 0xFF};
        for (String type : List.of(
                "image/png; charset=utf-8",
                "audio/mpeg; charset=UTF-8",
                "application/pdf; charset=utf-8",
                "application/x-foo; charset=binary")) {
            assertThat(Pull.all(stream(Framing.AUTO, false, type), bytes, 9)).containsExactly(bytes);
        }
        assertThat(Pull.all(stream(Framing.AUTO, false, "application/x-foo; charset=utf-8"), "words"))
                .containsExactly("words");
    }

    @Test
    void theDeclaredFramingWinsOverTheType() {
        assertThat(Pull.all(stream(Framing.SSE, false, "image/png"), "data: a\n\n"))
                .containsExactly("a");
        assertThat(Pull.all(stream(Framing.LINES, false, "text/event-stream"), "data: a\n\nb"))
                .containsExactly("data: a", "b");
        assertThat(Pull.all(stream(Framing.JSON, true, "text/plain"), "[1,2]")).containsExactly("1", "2");
        assertThat(Pull.all(stream(Framing.BYTES, false, "text/event-stream"), "data"))
                .containsExactly("data".getBytes(StandardCharsets.UTF_8));
        assertThat(read(Framing.SSE, "text/html", "data: 1\n\n")).containsExactly("1");
        assertThat(read(Framing.LINES, "text/html", "1\n2\n")).containsExactly("1", "2");
        assertThat(read(Framing.JSON, "text/html", "{}")).containsExactly(new WholeValue(Map.of()));
        assertThat(((WholeValue) read(Framing.BYTES, "application/json", "{}").get(0)).value())
                .isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"no\"}",
                "{\"error\":{\"code\":500}}",
                "[{\"error\":{\"message\":\"no\"}}]",
                "{\"object\":\"error\",\"message\":\"no\"}",
                "{\"type\":\"error\",\"message\":\"no\"}",
                "{\"choices\":[{\"finish_reason\":\"error\"}]}",
                "{\"error_code\":17,\"error_msg\":\"limit\"}",
                "{\"finish_reason\":\"ERROR\",\"text\":\"\"}",
                "{\"model\":\"m\",\"done\":true,\"done_reason\":\"error\"}",
                "{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}",
                "{\"base_resp\":{\"status_code\":1004,\"status_msg\":\"login\"}}"
            })
    void aWholeAnswerThatReportsAnErrorFails(String body) {
        for (String type : List.of("application/json", "")) {
            assertThatThrownBy(() -> whole(type, body))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_ERROR_PAYLOAD));
        }
        assertThatThrownBy(() -> ReportedFailures.throwIfWholeFailed(Json.parse(body)))
                .isInstanceOf(WeirException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":\"failed\",\"id\":7}",
                "{\"type\":\"error\"}",
                "{\"errors\":[\"x\"]}",
                "{\"detail\":\"Not Found\"}",
                "{\"error\":null}",
                "{\"error\":{\"code\":0,\"message\":\"\"}}",
                "[{\"error\":\"a\"},{\"error\":\"b\"}]",
                "{\"id\":1,\"status\":\"failed\",\"error_code\":1,\"error_message\":\"x\"}",
                "{\"status\":\"incomplete\",\"error\":null}",
                "{\"error\":0.13}",
                "{\"error\":{\"code\":200,\"message\":\"success\"}}",
                "{\"errorCode\":\"00\",\"error\":\"N/A\"}"
            })
    void theDataOfAnOrdinaryApiIsNoFailure(String body) {
        assertThat(whole("application/json", body)).isEqualTo(Json.parse(body));
    }

    @ParameterizedTest
    @CsvSource({"100000, true", "100000, false"})
    void deepNestingNeedsNoStack(int depth, boolean json) {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        BodyLimits limits = new BodyLimits(1 << 20, 1 << 20, 1 << 16);
        List<Object> payloads =
                Pull.all(new StreamReading(Framing.AUTO, json, "application/json", limits).decoder(), deep);
        assertThat(payloads).hasSize(1);
    }

    @Test
    void anElementAndADocumentHaveTheirOwnLimits() {
        BodyLimits limits = new BodyLimits(100, 200, 1000);
        String value = "{\"a\":\"" + "x".repeat(130) + "\"}";
        assertThat(Pull.all(new JsonDecoder(limits, true), value)).hasSize(1);
        assertThatThrownBy(() -> Pull.all(new JsonDecoder(limits, true), "[" + value + "]"))
                .hasMessageContaining("weir.http.max-event");
        assertThatThrownBy(() -> Pull.all(new JsonDecoder(limits, true), "{}" + value))
                .hasMessageContaining("weir.http.max-event");
        assertThatThrownBy(() -> Pull.all(new JsonDecoder(limits, true), "{\"b\":" + value + value))
                .hasMessageContaining("weir.http.max-answer");
    }

    private static BodyDecoder stream(Framing framing, boolean json, String type) {
        return new StreamReading(framing, json, type, Pull.LIMITS).decoder();
    }

    private static List<Object> read(Framing framing, String type, String body) {
        return Pull.all(
                new WholeReading(framing, true, type, new BodyLimits(1 << 20, 1 << 20, 1 << 16)).decoder(), body);
    }

    private static Object whole(String type, String body) {
        return ((WholeValue) read(Framing.AUTO, type, body).get(0)).value();
    }
}
