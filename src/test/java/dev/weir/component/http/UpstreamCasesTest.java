package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.CallFixture.Outcome;
import dev.weir.component.http.RawUpstream.Script;
import dev.weir.component.http.SecureUpstream.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The results of runs for answers of providers, proxies and servers, in any pieces; no connection stays open. */
@Tag("slow")
@Timeout(60)
class UpstreamCasesTest {
    private static final String A = FakeUpstream.openAi("A");
    private static final String DONE = "data: [DONE]\n\n";
    private static final Script GOOD =
            connection -> connection.send(head("200 OK")).send(A + DONE);

    private final CallFixture calls = new CallFixture();
    private final List<RawUpstream> upstreams = new ArrayList<>();

    static Stream<UpstreamCase> cases() throws IOException {
        return UpstreamCase.table();
    }

    @AfterEach
    void noConnectionIsLeftOpen() throws InterruptedException {
        for (RawUpstream upstream : upstreams) {
            CallFixture.await(() -> upstream.openConnections() == 0);
            upstream.close();
        }
        calls.close();
    }

    @Test
    void theTableIsLong() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(130);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anAnswerAtOnce(UpstreamCase answer) throws Exception {
        answer.check(outcome(
                answer,
                connection -> connection.send(head(answer, "Connection: close")).send(answer.body())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anAnswerByteByByte(UpstreamCase answer) throws Exception {
        answer.check(outcome(answer, connection -> {
            connection.send(head(answer, "Transfer-Encoding: chunked"));
            for (byte one : answer.body()) {
                connection.send("1\r\n").send(new byte[] {one}).send("\r\n");
            }
            connection.send("0\r\n\r\n");
        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anAnswerBehindGzip(UpstreamCase answer) throws Exception {
        if (answer.isEncoded()) {
            return;
        }
        byte[] body = gzip(answer.body());
        answer.check(outcome(
                answer,
                connection -> connection
                        .send(head(answer, "Content-Encoding: gzip\r\nContent-Length: " + body.length))
                        .send(body)));
    }

    /** All cases in sequence over one connection. */
    @Test
    void answersOverHttp2(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "upstream");
        List<String> wrong = new ArrayList<>();
        try (SecureUpstream upstream = new SecureUpstream(certificate, Version.HTTP_2, UpstreamExchange.pieces())) {
            for (UpstreamCase answer : cases().toList()) {
                upstream.answers(exchange -> exchange.begin(200, answer.contentType(), encoding(answer))
                        .send(answer.body()));
                try {
                    answer.check(calls.outcome(UpstreamCase.yaml(answer.component(), upstream.url(), upstream.keys())));
                } catch (AssertionError e) {
                    wrong.add(answer.name() + ": " + e.getMessage());
                }
            }
            calls.close();
            upstream.assertNothingOpen();
        }
        assertThat(wrong).isEmpty();
    }

    private static String[] encoding(UpstreamCase answer) {
        return answer.headers().stream()
                .filter(header -> header.startsWith("Content-Encoding: "))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "anthropic | event: message_stop | {\"type\":\"message_stop\"}",
                "anthropic | id: 7 | {\"type\":\"message_stop\"}",
                "anthropic | event: message_stop | {}",
                "responses | event: response.completed | {\"type\":\"response.completed\"}",
                "responses | id: 7 | {\"type\":\"response.incomplete\"}",
                "chat | id: 7 | [DONE] "
            })
    void aStreamEndsWithItsProtocolsEndMarkThoughItsConnectionStaysOpen(String component, String line, String data)
            throws Exception {
        String chunk = switch (component) {
            case "chat" -> A;
            case "anthropic" -> "data: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"A\"}}\n\n";
            default -> "data: {\"type\":\"response.output_text.delta\",\"delta\":\"A\"}\n\n";
        };
        RawUpstream upstream = upstream(connection -> {
            connection.send(head("200 OK")).send(chunk + line + "\ndata: " + data + "\n\n");
            connection.fallSilent();
        });
        assertThat(calls.outcome(UpstreamCase.yaml(component, upstream.url())).text())
                .isEqualTo("A");
    }

    @Test
    void linesEndWithTheirEndMarkThoughTheirConnectionStaysOpen() throws Exception {
        RawUpstream upstream = upstream(connection -> {
            connection
                    .send("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n")
                    .send("{\"message\":{\"content\":\"A\"},\"done\":false}\n{\"done\":true}\n");
            connection.fallSilent();
        });
        assertThat(calls.outcome(UpstreamCase.yaml("ollama", upstream.url())).text())
                .isEqualTo("A");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Content-Length: 0\r\nTransfer-Encoding: chunked",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 6"
            })
    void anAnswerOfTwoLengthsIsReadOrRefused(String lengths) throws Exception {
        RawUpstream upstream = upstream(connection -> connection
                .send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n" + lengths
                        + "\r\n\r\n")
                .chunk(A)
                .send("0\r\n\r\n"));
        Outcome outcome = calls.outcome(UpstreamCase.yaml("chat", upstream.url()));
        if (outcome.failure() == null) {
            assertThat(outcome.text()).isEqualTo("A");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
    void aStatusThatPassesIsTriedAgain(int status) throws Exception {
        assertTriedAgain(connection -> connection
                .send("HTTP/1.1 " + status + " Status\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n")
                .send("{\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
                "data: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}",
                "data: {\"error\":{\"code\":429,\"message\":\"quota\"}}",
                "data: {\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"}}",
                "data: [{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":\"overloaded\"}}]",
                "data: {\"object\":\"error\",\"code\":503,\"message\":\"overloaded\"}"
            })
    void anOverloadBeforeTheFirstChunkIsTriedAgain(String event) throws Exception {
        assertTriedAgain(connection -> connection.send(head("200 OK")).send(event + "\n\n"));
    }

    private void assertTriedAgain(Script first) throws Exception {
        RawUpstream upstream = upstream(first, GOOD);
        assertThat(calls.outcome(UpstreamCase.yaml("chat", upstream.url(), "max_retries: 2", "retry_delay: 1ms"))
                        .text())
                .isEqualTo("A");
        assertThat(upstream.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"type\":\"invalid_request_error\",\"message\":\"too long\"}}",
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"key\"}}",
                "data: {\"error\":{\"code\":400,\"message\":\"too long\"}}"
            })
    void anErrorThatLastsIsNotTriedAgain(String event) throws Exception {
        assertNotTriedAgain(event + "\n\n");
    }

    @Test
    void anOverloadBehindAChunkIsNotTriedAgain() throws Exception {
        assertNotTriedAgain(A + "data: {\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n");
    }

    private void assertNotTriedAgain(String body) throws Exception {
        RawUpstream upstream =
                upstream(connection -> connection.send(head("200 OK")).send(body), GOOD);
        Outcome outcome =
                calls.outcome(UpstreamCase.yaml("chat", upstream.url(), "max_retries: 2", "retry_delay: 1ms"));
        assertThat(outcome.failure()).isNotNull();
        assertThat(upstream.requestCount()).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "200 OK, chat, br",
        "200 OK, whole, br",
        "200 OK, plain, zstd",
        "400 Bad Request, chat, br",
        "400 Bad Request, whole, br",
        "302 Found, chat, br"
    })
    void anAnswerInAnUnknownCodingLeavesNoConnectionOpen(String status, String component, String coding)
            throws Exception {
        RawUpstream upstream = upstream(connection -> {
            connection
                    .send("HTTP/1.1 " + status + "\r\nContent-Type: text/event-stream\r\nContent-Encoding: " + coding
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .chunk("hello");
            connection.fallSilent();
        });
        HttpClientComponent reader = calls.component(UpstreamCase.yaml(component, upstream.url()));
        for (int i = 0; i < 20; i++) {
            assertThat(calls.outcome(reader).failure()).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eJxLSaxITEpOSU1Lz8jMys7JzcsvKCwqLiktK6+orAIAsyEMXQ==",
                "S0msSExKTklNS8/IzMrOyc3LLygsKi4pLSuvqKwCAA=="
            })
    void deflateIsReadWithAndWithoutItsWrapping(String base64) throws Exception {
        byte[] body = Base64.getDecoder().decode(base64);
        RawUpstream upstream = upstream(connection -> connection
                .send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: deflate\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .send(body));
        assertThat(calls.outcome(UpstreamCase.yaml("text", upstream.url())).text())
                .isEqualTo("daxabcdefghijklmnopqrstuvwxyz");
    }

    private Outcome outcome(UpstreamCase answer, Script script) throws Exception {
        return calls.outcome(
                UpstreamCase.yaml(answer.component(), upstream(script).url()));
    }

    private RawUpstream upstream(Script... scripts) throws IOException {
        RawUpstream upstream = new RawUpstream(scripts);
        upstreams.add(upstream);
        return upstream;
    }

    private static String head(String status) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    }

    private static String head(UpstreamCase answer, String more) {
        return "HTTP/1.1 200 OK\r\n"
                + answer.headers().stream().map(header -> header + "\r\n").reduce("", String::concat) + more
                + "\r\n\r\n";
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }
}
