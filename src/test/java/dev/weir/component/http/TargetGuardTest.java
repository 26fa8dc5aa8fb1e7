package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.component.http.CallFixture.Outcome;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TargetGuardTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "239.1.1.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "2002:7f00:1::",
                "2002:a00:1::1",
                "2001:0:1::1",
                "2001:db8::1",
                "fc00::1",
                "fd12:3456:789a::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "100::1",
                "4000::1"
            })
    void anAddressThatIsNotPublicIsNone(String address) throws Exception {
        assertThat(TargetGuard.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.0.1",
                "100.128.0.1",
                "126.1.1.1",
                "128.0.0.1",
                "169.253.1.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.0.1.1",
                "192.167.1.1",
                "198.17.1.1",
                "198.20.1.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "64:ff9b::808:808",
                "2002:808:808::1",
                "::ffff:8.8.8.8"
            })
    void aPublicAddressIsOne(String address) throws Exception {
        assertThat(TargetGuard.isPublic(InetAddress.getByName(address))).isTrue();
    }

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
            // Denied, or no host at all to Java's URI, or one that nothing resolves.
            assertThat(outcome.failure().code())
                    .isIn(ErrorCode.TARGET_DENIED, ErrorCode.INVALID_INPUT, ErrorCode.UPSTREAM_HOST_UNKNOWN);
        }
    }

    @Test
    void theErrorNamesTheAddressAndTheSetting() throws Exception {
        try (CallFixture calls = new CallFixture().denyingPrivate().input(Map.of("host", "localhost"))) {
            WeirException failure =
                    calls.failure("component:\n  type: http-client\n  endpoint: http://${input.host}:1/v1\n");
            assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_DENIED);
            assertThat(failure.detail()).contains("http://localhost:1", "127.0.0.1", "weir.http.deny-private");
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
