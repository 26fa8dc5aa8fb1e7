package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.Output;
import dev.weir.component.http.body.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Request bodies other than JSON, and binary answers. */
@Timeout(60)
class RequestBodyTest {
    private static final byte[] PHOTO = {(byte) 0x89, 'P', 'N', 'G', 0, '\r', '\n', (byte) 0xff};
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntrue";

    private final Map<String, Object> input = new LinkedHashMap<>();
    private final CallFixture calls = new CallFixture().input(input);
    private RawUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        input.put("photo", PHOTO);
        input.put("photo.filename", "kätzchen \"eins\".png");
        input.put("photo.content_type", "image/png");
        input.put("text", "a & b = c ü");
        upstream = new RawUpstream(connection -> connection.send(ANSWER));
    }

    @AfterEach
    void stop() {
        calls.close();
        upstream.close();
    }

    @Test
    void aFileOfTheInputGoesOutWithItsNameAndType() throws Exception {
        String[] parts = multipart("""
                  body:
                    image: ${input.photo}
                    prompt: ${input.text}
                    n: 2
                    tag: [x, y]
                    nothing: ${input.missing}
                    options: {a: 1}
                """);
        assertThat(parts).hasSize(6);
        assertThat(parts[0])
                .startsWith("Content-Disposition: form-data; name=\"image\"; filename=\"kätzchen %22eins%22.png\"\r\n")
                .contains("\r\nContent-Type: image/png\r\n\r\n");
        assertThat(parts[1]).isEqualTo("Content-Disposition: form-data; name=\"prompt\"\r\n\r\na & b = c ü");
        assertThat(parts[2]).isEqualTo("Content-Disposition: form-data; name=\"n\"\r\n\r\n2");
        assertThat(parts[3]).endsWith("name=\"tag\"\r\n\r\nx");
        assertThat(parts[4]).endsWith("name=\"tag\"\r\n\r\ny");
        assertThat(parts[5]).endsWith("name=\"options\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1}");
    }

    @Test
    void theBytesOfAFileAreSentAsTheyAre() throws Exception {
        send("  headers: {Content-Type: multipart/form-data; boundary=xyz}\n  body: {image: \"${input.photo}\"}\n");
        String request = upstream.request();
        assertThat(request).containsIgnoringCase("content-type: multipart/form-data; boundary=xyz");
        byte[] sent = request.getBytes(StandardCharsets.ISO_8859_1);
        int end = request.indexOf("\r\n--xyz--\r\n");
        assertThat(Arrays.copyOfRange(sent, end - PHOTO.length, end)).isEqualTo(PHOTO);
        assertThat(request).endsWith("\r\n--xyz--\r\n");
    }

    @Test
    void aFileMayBeWrittenWithANameAndTypeOfItsOwn() throws Exception {
        String[] parts = multipart("""
                  body:
                    file: {content: "${input.photo}", filename: "speech\\r\\n.wav", content_type: audio/wav}
                """);
        assertThat(parts[0]).contains("filename=\"speech%0D%0A.wav\"\r\nContent-Type: audio/wav\r\n");
    }

    @Test
    void aFileWithoutANameGetsItsFields() throws Exception {
        input.remove("photo.filename");
        input.remove("photo.content_type");
        assertThat(multipart("  body: {file: \"${input.photo}\"}\n")[0])
                .contains("name=\"file\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n");
    }

    @Test
    void aFormIsPercentEncoded() throws Exception {
        send("""
                  headers: {Content-Type: application/x-www-form-urlencoded}
                  body:
                    q: ${input.text}
                    list: [1, two]
                    none: ${input.missing}
                """);
        assertThat(upstream.request()).endsWith("\r\n\r\nq=a+%26+b+%3D+c+%C3%BC&list=1&list=two");
    }

    @Test
    void bytesAloneAreTheBody() throws Exception {
        send("  headers: {Content-Type: image/png}\n  body: ${input.photo}\n");
        String request = upstream.request();
        assertThat(request)
                .endsWith(new String(PHOTO, StandardCharsets.ISO_8859_1))
                .containsIgnoringCase("image/png");
    }

    @Test
    void aBinaryAnswerKeepsItsTypeNameAndLength() throws Exception {
        answer("audio/mpeg", "attachment; filename=\"../../speech.mp3\"");
        Output.Streamed streamed = (Output.Streamed) calls.invoke(at("  output: ${response[]}\n"));
        assertThat(streamed.content().orElseThrow().type()).isEqualTo("audio/mpeg");
        assertThat(streamed.content().orElseThrow().fileName()).hasValue("speech.mp3");
        assertThat(streamed.content().orElseThrow().length()).isEqualTo(OptionalLong.of(4));
        assertThat(CallFixture.first(streamed)).isEqualTo("ID3!".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBinaryAnswerThatIsTakenWholeKeepsThemToo() throws Exception {
        answer("image/png", "inline; filename*=UTF-8''k%C3%A4tzchen.png; filename=cat.png");
        for (String output : List.of("", "  output: ${response}\n")) {
            Output.Value value = (Output.Value) calls.invoke(at(output));
            assertThat(value.value()).isEqualTo("ID3!".getBytes(StandardCharsets.UTF_8));
            assertThat(value.content().orElseThrow().type()).isEqualTo("image/png");
            assertThat(value.content().orElseThrow().fileName()).hasValue("kätzchen.png");
        }
        Output.Value shaped = (Output.Value) calls.invoke(at("  output: ${response as base64}\n"));
        assertThat(shaped.value()).isEqualTo("SUQzIQ==");
        assertThat(shaped.content()).isEmpty();
    }

    @Test
    void aHostileFileNameBecomesNoHeader() throws Exception {
        answer("image/png", "attachment; filename=\"a\\\"b/\"");
        Output.Value value = (Output.Value) calls.invoke(at(""));
        assertThat(value.content().orElseThrow().fileName()).isEmpty();
    }

    private void answer(String type, String disposition) throws Exception {
        upstream.close();
        upstream = new RawUpstream(
                connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Disposition: "
                        + disposition + "\r\nContent-Length: 4\r\nConnection: close\r\n\r\nID3!"));
    }

    private String at(String more) {
        return "component:\n  type: http-client\n  endpoint: " + upstream.url() + "/files\n" + more;
    }

    private void send(String more) throws Exception {
        assertThat(calls.invoke(at(more))).isInstanceOf(Output.Value.class);
    }

    /** The parts of the sent multipart body, with their heads. */
    private String[] multipart(String more) throws Exception {
        send("  headers: {Content-Type: multipart/form-data}\n" + more);
        String request = new String(upstream.request().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        String boundary = MediaTypes.parameter(
                        request.lines()
                                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-type"))
                                .findFirst()
                                .orElseThrow(),
                        "boundary")
                .orElseThrow();
        String body = request.substring(request.indexOf("\r\n\r\n") + 4);
        assertThat(body).startsWith("--" + boundary + "\r\n").endsWith("\r\n--" + boundary + "--\r\n");
        String inner = body.substring(boundary.length() + 4, body.length() - boundary.length() - 8);
        return inner.split("\r\n--" + boundary + "\r\n");
    }

    @Test
    void aBodyOfAnotherMultipartKindIsRefusedWithARemedy() {
        assertThat(calls.failure(at("  headers: {Content-Type: multipart/mixed}\n  body: {a: b}\n"))
                        .detail())
                .contains("multipart/mixed", "multipart/form-data");
    }
}
