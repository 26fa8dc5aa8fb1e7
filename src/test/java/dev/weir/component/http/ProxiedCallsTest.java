package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.CallFixture.Outcome;
import dev.weir.component.http.SecureUpstream.Version;
import dev.weir.upstream.LoopbackProxy;
import dev.weir.upstream.proxy.Proxies;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of components through the proxies of the environment. */
@Tag("slow")
@Timeout(60)
class ProxiedCallsTest {
    private static final String A = FakeUpstream.openAi("a");
    private static final String CREDENTIALS = "Basic dXNlcjpwQHNz"; // user:p@ss

    @TempDir
    private Path folder;

    private final CallFixture calls = new CallFixture();

    @AfterEach
    void end() {
        calls.close();
    }

    private static Proxies through(LoopbackProxy proxy, String... more) {
        String url = "http://" + (more.length > 0 ? more[0] : "") + proxy.hostAndPort();
        return Proxies.of(Map.of("HTTP_PROXY", url, "https_proxy", url, "NO_PROXY", more.length > 1 ? more[1] : ""));
    }

    private static int port(String url) {
        return URI.create(url).getPort();
    }

    @Test
    void aPlainRequestIsSentToTheProxyWithItsWholeUrl() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream(FakeUpstream.events(A));
                LoopbackProxy proxy = new LoopbackProxy(port(upstream.url()))) {
            calls.proxies(through(proxy));
            assertThat(calls.outcome(CallFixture.openAi("http://api.example.test:8080"))
                            .text())
                    .isEqualTo("a");
            assertThat(proxy.requests()).containsExactly("POST http://api.example.test:8080/v1");
            assertThat(upstream.request().body()).isEqualTo("{\"stream\":true}");
        }
    }

    @Test
    void thisMachineIsProxiedUnlessNoProxyNamesIt() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream(FakeUpstream.events(A));
                LoopbackProxy proxy = new LoopbackProxy(port(upstream.url()))) {
            calls.proxies(through(proxy));
            assertThat(calls.outcome(CallFixture.openAi(upstream.url())).text()).isEqualTo("a");
            assertThat(proxy.requests()).hasSize(1);
            try (CallFixture direct = new CallFixture().proxies(through(proxy, "", "127.0.0.1"))) {
                assertThat(direct.outcome(CallFixture.openAi(upstream.url())).text())
                        .isEqualTo("a");
            }
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    @Test
    void aTunnelLeadsToASecureUpstreamThatIsVerifiedByItsOwnName() throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "upstream");
        try (SecureUpstream upstream = new SecureUpstream(
                        certificate, Version.HTTP_1_1, UpstreamExchange.pieces(A, "data: [DONE]\n\n"));
                LoopbackProxy proxy = new LoopbackProxy(port(upstream.url()), CREDENTIALS)) {
            calls.proxies(through(proxy, "user:p%40ss@"));
            String yaml = CallFixture.openAi(upstream.url(), "tls: {ca: " + upstream.caPem() + "}");
            assertThat(calls.outcome(yaml).text()).isEqualTo("a");
            assertThat(proxy.requests()).containsExactly("CONNECT localhost:" + port(upstream.url()));

            Outcome otherName = calls.outcome(yaml.replace("//localhost:", "//api.example.test:"));
            assertThat(otherName.failure()).isNotNull();
            assertThat(otherName.failure().code()).isEqualTo(ErrorCode.UPSTREAM_NOT_SECURE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatWantsOtherCredentialsIsNamedWithoutThem(Version version) throws Exception {
        TestCertificate certificate = TestCertificate.make(folder, "upstream");
        try (SecureUpstream upstream = new SecureUpstream(certificate, version, UpstreamExchange.pieces(A));
                LoopbackProxy proxy = new LoopbackProxy(port(upstream.url()), "Basic b3RoZXI=")) {
            calls.proxies(through(proxy, "user:hunter22@"));
            Outcome outcome = calls.outcome(CallFixture.openAi(upstream.url()));
            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().code()).isEqualTo(ErrorCode.UPSTREAM_REFUSED);
            assertThat(outcome.failure().detail())
                    .contains("proxy", "407", "HTTPS_PROXY")
                    .doesNotContain("hunter22", "user");
            assertThat(upstream.requests()).isZero();
        }
    }

    @Test
    void anAddressThatARunMayNotReachIsNotReachedThroughAProxyEither() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream(FakeUpstream.events(A));
                LoopbackProxy proxy = new LoopbackProxy(port(upstream.url()))) {
            calls.denyingPrivate().proxies(through(proxy)).input(Map.of("host", "localhost"));
            Outcome denied = calls.outcome("component:\n  type: http-client\n  endpoint: http://${input.host}:"
                    + port(upstream.url()) + "/\n");
            assertThat(denied.failure()).isNotNull();
            assertThat(denied.failure().code()).isEqualTo(ErrorCode.TARGET_DENIED);
            assertThat(proxy.requests()).isEmpty();
        }
    }
}
