package dev.weir.component.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CharsetsTest {
    private static final BodyLimits LIMITS = new BodyLimits(1 << 20, 1 << 20, 64);

    static Stream<Charset> charsets() {
        return Charset.availableCharsets().values().stream().filter(charset -> {
            String text = "{\"a\":[1,\"b\\\\\"]}\n";
            return charset.canEncode()
                    && charset.newEncoder().canEncode(text)
                    && new String(text.getBytes(charset), charset).equals(text);
        });
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void jsonIsReadInEveryCharsetOfTheJdkHoweverItIsSplit(Charset charset) {
        String type = "application/json; charset=" + charset.name();
        byte[] lines = "{\"a\":[1,\"b\\\\\"]}\n{\"c\":2}\n".getBytes(charset);
        for (int size : new int[] {1, 3, lines.length}) {
            assertThat(Pull.all(stream(true, type), lines, size)).containsExactly("{\"a\":[1,\"b\\\\\"]}", "{\"c\":2}");
        }
        byte[] whole = "{\"a\": \"b\"}".getBytes(charset);
        assertThat(whole(type, whole)).isEqualTo(java.util.Map.of("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EUC-KR",
                "x-windows-949",
                "ISO-2022-KR",
                "x-Johab",
                "UTF-16",
                "UTF-16LE",
                "UTF-16BE",
                "UTF-32",
                "UTF-32LE",
                "GB18030",
                "x-IBM933",
                "UTF-8"
            })
    void koreanIsExactInEveryPlaceAndEverySplit(String charset) {
        String text = "가나다 한글 {끝}";
        byte[] bytes = text.getBytes(Charset.forName(charset));
        for (int size = 1; size <= bytes.length; size++) {
            assertThat(joined(Pull.all(stream(false, "text/plain;charset=" + charset), bytes, size)))
                    .isEqualTo(text);
        }
        assertThat(whole("text/plain;charset=" + charset, bytes)).isEqualTo(text);
        assertThat(whole("application/xml;charset=" + charset, bytes)).isEqualTo(text);
        assertThat(Charsets.lenientText("text/html;charset=" + charset, bytes)).isEqualTo(text);
        String json = "[{\"a\":\"" + text + "\"},\"둘\"]";
        byte[] array = json.getBytes(Charset.forName(charset));
        assertThat(Pull.all(stream(true, "application/json;charset=" + charset), array, 3))
                .containsExactly("{\"a\":\"" + text + "\"}", "\"둘\"");
        byte[] lines = ("{\"a\":\"" + text + "\"}\n\"둘\"\n").getBytes(Charset.forName(charset));
        assertThat(Pull.all(stream(true, "application/x-ndjson;charset=" + charset), lines, 5))
                .containsExactly("{\"a\":\"" + text + "\"}", "\"둘\"");
    }

    @Test
    void syllablesOutsideTheStandardAreReadAsServersMeanThem() {
        byte[] bytes = "똠방각하".getBytes(Charset.forName("x-windows-949"));
        assertThat(whole("text/plain; charset=euc-kr", bytes)).isEqualTo("똠방각하");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "charset=euc-kr",
                "charset=\"EUC-KR\"",
                "charset='euc-kr'",
                "Charset=EUC_KR",
                "charset = euckr",
                "foo=1; charset=ks_c_5601-1987"
            })
    void oddSpellingsAreUnderstood(String parameter) {
        assertThat(whole("text/plain; " + parameter, "한글".getBytes(Charset.forName("EUC-KR"))))
                .isEqualTo("한글");
    }

    @ParameterizedTest
    @CsvSource({
        "cp949, x-windows-949, 똠방",
        "CP-949, x-windows-949, 똠방",
        "uhc, x-windows-949, 똠방",
        "ms949, x-windows-949, 똠방",
        "ks_c_5601-1987, x-windows-949, 똠방",
        "korean, x-windows-949, 똠방",
        "gb2312, GBK, 镕",
        "GB_2312-80, GBK, 镕",
        "Shift_JIS, windows-31j, ①髙",
        "x-sjis, windows-31j, ①髙",
        "sjis, windows-31j, ①髙",
        "utf-8-sig, UTF-8, 한é",
        "utf8mb4, UTF-8, 한é",
        "us-ascii, UTF-8, 한é",
        "ASCII, UTF-8, 한é",
        "binary, UTF-8, 한é"
    })
    void aNameStandsForTheLargerCharsetThatServersMean(String name, String meant, String text) {
        byte[] bytes = text.getBytes(Charset.forName(meant));
        String type = "text/plain; charset=" + name;
        assertThat(whole(type, bytes)).isEqualTo(text);
        assertThat(joined(Pull.all(stream(false, type), bytes, 1))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf8", "UTF8", "utf_8", "\"utf-8\"", "'utf-8'", "utf-8,", ""})
    void spellingsOfUtf8AreUnderstood(String name) {
        assertThat(whole("text/plain; charset=" + name, "한글".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("한글");
    }

    @Test
    void anUnknownCharsetIsNamed() {
        String name = "x".repeat(30) + "-unknown";
        for (String type : List.of("text/plain", "application/json", "application/x-ndjson", "application/xml")) {
            String contentType = type + "; charset=" + name;
            assertThatThrownBy(() -> Pull.all(stream(true, contentType), "{}"))
                    .isInstanceOfSatisfying(
                            WeirException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_MALFORMED))
                    .hasMessageContaining(name)
                    .hasMessageContaining("UTF-8");
            assertThatThrownBy(() -> whole(contentType, "{}".getBytes(StandardCharsets.UTF_8)))
                    .hasMessageContaining(name);
        }
        assertThat(Pull.all(stream(false, "text/event-stream; charset=" + name), "data: a\n\n"))
                .containsExactly("a");
        assertThat(Charsets.lenientText("text/plain; charset=" + name, "한".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("한");
    }

    @Test
    void aByteOrderMarkIsSkippedAndTellsAMissingCharset() {
        String json = "{\"a\":\"한\"}";
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            byte[] bytes = ("\uFEFF" + json).getBytes(charset);
            for (int size : new int[] {1, 2, 5, 100}) {
                for (String type : List.of("application/json", "application/x-ndjson", "")) {
                    assertThat(Pull.all(stream(true, type), bytes, size)).containsExactly(json);
                }
                assertThat(joined(Pull.all(stream(false, "text/plain"), bytes, size)))
                        .isEqualTo(json);
            }
            assertThat(whole("application/json", bytes)).isEqualTo(java.util.Map.of("a", "한"));
            assertThat(whole("", bytes)).isEqualTo(java.util.Map.of("a", "한"));
            assertThat(whole("text/plain", bytes)).isEqualTo(json);
            assertThat(Charsets.lenientText("", bytes)).isEqualTo(json);
        }
    }

    @Test
    void anXmlDeclarationTellsAMissingCharset() {
        String xml = "<?xml version=\"1.0\" encoding=\"euc-kr\"?><a>한글</a>";
        byte[] bytes = xml.getBytes(Charset.forName("EUC-KR"));
        assertThat(whole("application/atom+xml", bytes)).isEqualTo(xml);
        assertThat(joined(Pull.all(stream(false, "text/xml"), bytes, 4))).isEqualTo(xml);
    }

    @Test
    void loneSurrogatesAndHalfCharactersAreReplaced() {
        byte[] lone = {(byte) 0xD8, 0, 0, 'a', 0, 'b', (byte) 0xDC};
        assertThat(joined(Pull.all(stream(false, "text/plain; charset=utf-16be"), lone, 1)))
                .isEqualTo(new String(lone, StandardCharsets.UTF_16BE))
                .startsWith("\uFFFD")
                .endsWith("b\uFFFD");
    }

    @Test
    void aLongTextIsConvertedBlockByBlock() {
        String text = "가🎉".repeat(20_000);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16BE);
        BodyDecoder decoder = stream(false, "text/plain; charset=utf-16be");
        decoder.add(ByteBuffer.wrap(bytes));
        List<Object> payloads = new ArrayList<>();
        Pull.drain(decoder, payloads);
        decoder.end();
        Pull.drain(decoder, payloads);
        assertThat(joined(payloads)).isEqualTo(text);
        assertThat(payloads)
                .allSatisfy(payload -> assertThat(payload.toString().getBytes(StandardCharsets.UTF_8))
                        .hasSizeLessThanOrEqualTo(16 * 1024));
    }

    @Test
    void aBinaryBodyIsNeverTakenForText() {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        for (int i = 0; i < 256; i++) {
            image.write(255 - i);
        }
        for (String type : List.of("", "application/octet-stream", "image/png", "application/x-foo", "*/*")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Pull.all(stream(false, type), image.toByteArray(), 7).forEach(piece -> out.writeBytes((byte[]) piece));
            assertThat(out.toByteArray()).isEqualTo(image.toByteArray());
            assertThat(whole(type, image.toByteArray())).isEqualTo(image.toByteArray());
        }
    }

    private static String joined(List<Object> payloads) {
        return String.join("", payloads.stream().map(String.class::cast).toList());
    }

    private static BodyDecoder stream(boolean json, String type) {
        return new StreamReading(Framing.AUTO, json, type, LIMITS).decoder();
    }

    private static Object whole(String type, byte[] body) {
        List<Object> payloads = Pull.all(new WholeReading(Framing.AUTO, true, type, LIMITS).decoder(), body, 3);
        return ((WholeValue) payloads.get(0)).value();
    }
}
