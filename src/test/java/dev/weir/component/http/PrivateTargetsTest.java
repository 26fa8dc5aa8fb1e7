package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.http.CallFixture.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the setting, a URL from a run's input leads to public addresses only. */
@Tag("slow")
@Timeout(60)
class PrivateTargetsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:PORT/v1",
                "http://localhost:PORT/v1",
                "http://LOCALHOST:PORT/v1",
                "http://localhost.:PORT/v1",
                "http://user@127.0.0.1:PORT/v1",
                "http://127.0.0.1:PORT@localhost:PORT/v1",
                "http://[::1]:PORT/v1",
                "http://[::ffff:127.0.0.1]:PORT/v1",
                "http://[::ffff:7f00:1]:PORT/v1",
                "http://[0:0:0:0:0:0:0:1]:PORT/v1",
                "http://0.0.0.0:PORT/v1",
                "http://2130706433:PORT/v1",
                "http://0x7f000001:PORT/v1",
                "http://0x7f.0.0.1:PORT/v1",
                "http://0177.0.0.1:PORT/v1",
                "http://127.1:PORT/v1",
                "http://127.0.1:PORT/v1",
                "http://１２７.0.0.1:PORT/v1"
            })
    void aUrlOfTheRunsInputReachesNoPrivateAddressHoweverItIsWritten(String url) throws Exception {
        try (RawUpstream upstream = new RawUpstream(
                        connection -> connection.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
                CallFixture calls = new CallFixture()
                        .denyingPrivate()
                        .input(Map.of("url", url.replace("PORT", String.valueOf(upstream.port()))))) {
            Outcome outcome =
                    calls.outcome("component:\n  type: http-client\n  endpoint: ${input.url}\n  timeout: 2s\n");
            assertThat(upstream.requestCount()).isZero();
            assertThat(outcome.failure()).isNotNull();
            // Each host is denied, invalid for Java's URI, or without an address.
            assertThat(outcome.failure().code())
                    .isIn(ErrorCode.TARGET_DENIED, ErrorCode.INVALID_INPUT, ErrorCode.UPSTREAM_HOST_UNKNOWN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "nowhere.invalid"})
    void theErrorNamesTheSettingAndNotWhatIsKnownOfTheName(String host) throws Exception {
        try (CallFixture calls = new CallFixture().denyingPrivate().input(Map.of("host", host))) {
            WeirException failure =
                    calls.failure("component:\n  type: http-client\n  endpoint: http://${input.host}:1/v1\n");
            assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_DENIED);
            assertThat(failure.detail())
                    .isEqualTo("http://" + host
                            + ":1 leads to no public address; a URL that a run's input has a part in may"
                            + " lead to public addresses only (weir.http.deny-private)");
        }
    }

    @Test
    void anyPartOfTheUrlThatComesFromTheInputCounts() throws Exception {
        try (CallFixture calls = new CallFixture().denyingPrivate().input(Map.of("x", "1"))) {
            for (String target : new String[] {
                "base_url: http://127.0.0.1:1\n  path: /${input.x}",
                "base_url: http://${input.host | 127.0.0.1}:1\n  path: /a",
                "endpoint: http://127.0.0.1:1/\n  params: {x: \"${input.x}\"}"
            }) {
                assertThat(calls.failure("component:\n  type: http-client\n  " + target + "\n")
                                .code())
                        .isEqualTo(ErrorCode.TARGET_DENIED);
            }
        }
    }

    @Test
    void aUrlThatTheConfigurationFixesMayBePrivate() throws Exception {
        try (RawUpstream upstream = new RawUpstream(connection ->
                        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nok"));
                CallFixture calls = new CallFixture().denyingPrivate()) {
            String yaml = "component:\n  type: http-client\n  endpoint: " + upstream.url()
                    + "\n  body: {x: \"${input.prompt}\"}\n";
            assertThat(calls.outcome(yaml).text()).isEqualTo("\"ok\"");
        }
    }

    @Test
    void aRedirectToAnotherHostIsCheckedThoughTheUrlWasFixed() throws Exception {
        try (RawUpstream inner = new RawUpstream(connection -> connection.send("HTTP/1.1 204 No\r\n\r\n"));
                RawUpstream upstream = new RawUpstream(connection ->
                        connection.send("HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: "
                                + inner.url() + "/secret\r\n\r\n"));
                CallFixture calls = new CallFixture().denyingPrivate()) {
            WeirException failure =
                    calls.failure("component:\n  type: http-client\n  endpoint: " + upstream.url() + "\n");
            assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_DENIED);
            assertThat(inner.requestCount()).isZero();
        }
    }
}
