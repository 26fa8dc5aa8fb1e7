package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.Version;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The request line and the headers of a request, as an upstream sees them. */
@Timeout(60)
class HttpRequestsTest {
    private static final String STREAM = "text/event-stream, application/x-ndjson, application/json;q=0.9, */*;q=0.1";

    private final CallFixture calls = new CallFixture();
    private RawUpstream upstream;

    @BeforeEach
    void begin() throws Exception {
        upstream = new RawUpstream(connection -> connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nContent-Length: 2\r\n\r\n{}"));
    }

    @AfterEach
    void end() throws Exception {
        calls.close();
        CallFixture.await(() -> upstream.openConnections() == 0);
        upstream.close();
    }

    private String request(String keys) throws Exception {
        calls.outcome("component:\n  type: http-client\n" + keys.indent(2));
        return upstream.request();
    }

    private String target(String keys) throws Exception {
        return request(keys).replaceFirst("(?s)^\\S+ (\\S+).*$", "$1");
    }

    /** Each ASCII character and one other character, in a path and in a query of the configuration. */
    @Test
    void whatAUrlMayNotHoldIsEncodedAndWhatItMayHoldStays() throws Exception {
        StringBuilder characters = new StringBuilder();
        for (char character = 0x20; character <= 0x7E; character++) {
            characters.append(character);
        }
        characters.append("한\uD83C\uDF89\n");
        for (int at = 0; at < characters.length(); ) {
            int character = characters.codePointAt(at);
            String text = Character.toString(character);
            at += text.length();
            calls.input(Map.of("x", text));
            String path = target("endpoint: " + upstream.url() + "/a${input.x}b?c=${input.x}d#e\nparams: {p: 1}\n");
            assertThat(path).as("of U+%04X", character).isEqualTo(expected(text));
        }
    }

    private static String expected(String text) {
        return switch (text) {
            case "#" -> "/a?p=1";
            case "?" -> "/a?b?c=?d&p=1";
            case "%" -> "/a%25b?c=%25d&p=1";
            default -> {
                boolean stays = text.matches("[A-Za-z0-9._~!$&'()*+,;=:@/-]");
                String written = stays ? text : encoded(text);
                yield "/a" + written + "b?c=" + written + "d&p=1";
            }
        };
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            encoded.append(String.format("%%%02X", each & 0xff));
        }
        return encoded.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /a%41b                 | /a%41b
            /100%                  | /100%25
            /a%4                   | /a%254
            /a%GGb                 | /a%25GGb
            /a%４０b               | /a%25%EF%BC%94%EF%BC%90b
            /x//[1]                | /x//%5B1%5D
            /http://[::1]/a        | /http://%5B::1%5D/a
            /a b?q=c d             | /a%20b?q=c%20d
            /a#b                   | /a
            /a?q=1#b?c             | /a?q=1
            """)
    void anEscapeThatIsOneStays(String written, String sent) throws Exception {
        assertThat(target("endpoint: \"" + upstream.url() + written + "\"\n")).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            /v1          | /chat        | /v1/chat?k=1
            /v1/         | /chat        | /v1/chat?k=1
            /v1/         | chat         | /v1/chat?k=1
            /v1?key=2    | /chat        | /v1/chat?key=2&k=1
            /v1?key=2#x  | /chat?a=b#y  | /v1/chat?key=2&a=b&k=1
            /            | chat         | /chat?k=1
            """)
    void aPathStandsBeforeTheQueryOfItsBase(String base, String path, String sent) throws Exception {
        assertThat(target("base_url: \"" + upstream.url() + base + "\"\npath: \"" + path + "\"\nparams: {k: 1}\n"))
                .isEqualTo(sent);
    }

    @Test
    void aStreamIsAskedForAsAStream() throws Exception {
        String post = request("endpoint: " + upstream.url() + "\nbody: {a: 1}\nstream_format: json\n");
        assertThat(post)
                .contains("Accept: " + STREAM + "\r\n", "User-Agent: " + Version.USER_AGENT + "\r\n")
                .contains("Content-Type: application/json\r\n", "Content-Length: 7\r\n")
                .doesNotContainIgnoringCase("accept-encoding", "java-http-client", "jetty", "upgrade");
        assertThat(request("endpoint: " + upstream.url() + "\nbody: {a: 1}\nstream_format: text\n"))
                .contains("Accept: " + STREAM + "\r\n");
    }

    @Test
    void aGetSaysNothingOfABody() throws Exception {
        assertThat(request("endpoint: " + upstream.url() + "\nmethod: GET\n"))
                .contains("Accept: application/json, ", "User-Agent: " + Version.USER_AGENT + "\r\n")
                .doesNotContainIgnoringCase("content-length", "content-type", "transfer-encoding");
    }

    @Test
    void aPostWithoutABodySaysThatItIsEmpty() throws Exception {
        assertThat(request("endpoint: " + upstream.url() + "\n"))
                .containsIgnoringCase("content-length: 0\r\n")
                .doesNotContainIgnoringCase("content-type");
    }

    @Test
    void bytesAreAskedForAsTheyAre() throws Exception {
        assertThat(request("endpoint: " + upstream.url() + "\noutput: ${response[]}\n"))
                .contains("Accept: */*\r\n");
    }

    @Test
    void theConfigurationsOwnHeadersWin() throws Exception {
        assertThat(request("endpoint: " + upstream.url()
                        + "\nheaders: {accept: audio/wav, USER-AGENT: mine, X-Name: 한글}\n"))
                .containsOnlyOnce("Accept: ")
                .containsOnlyOnce("User-Agent: ")
                .contains(
                        "Accept: audio/wav\r\n",
                        "User-Agent: mine\r\n",
                        "X-Name: \u00ed\u0095\u009c\u00ea\u00b8\u0080\r\n");
    }

    @Test
    void theUserOfAUrlIsSentAsItsCredentials() throws Exception {
        String url = upstream.url().replace("http://", "http://user:p%40ss@");
        assertThat(request("endpoint: " + url + "/a\n"))
                .startsWith("POST /a HTTP/1.1\r\n")
                .contains("Authorization: Basic dXNlcjpwQHNz\r\n")
                .doesNotContain("user:p");
    }

    @ParameterizedTest
    @CsvSource({"Host", "content-length", "Transfer-Encoding", "Connection", "bad name", "''"})
    void aHeaderOfTheConnectionOrWithoutANameIsRefused(String name) {
        assertThat(calls.failure("component:\n  type: http-client\n  endpoint: " + upstream.url() + "\n  headers: {\""
                        + name + "\": hunter22}\n"))
                .isNotNull()
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
                    assertThat(failure.detail()).doesNotContain("hunter22");
                });
        assertThat(upstream.requestCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"'exa mple'", "'exa[mple'", "':80'", "'a:b:c'", "'한 글'"})
    void aHostThatIsNoneIsShown(String host) {
        calls.input(Map.of("host", host));
        assertThat(calls.failure(
                        "component:\n  type: http-client\n  endpoint: http://user:hunter22@${input.host}/v1\n"))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_INPUT);
                    assertThat(failure.detail()).contains("URL", host, "/v1").doesNotContain("hunter22");
                });
    }
}
