package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.CallFixture.Outcome;
import dev.weir.component.http.SecureUpstream.Version;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Upstreams over TLS: the certificates that a component trusts, the certificate that it sends, and its HTTP version. */
@Tag("slow")
@Timeout(60)
class SecureUpstreamTest {
    private static final String A = FakeUpstream.openAi("a");
    private static final String B = FakeUpstream.openAi("b");
    private static final SecureUpstream.Script WHOLE = UpstreamExchange.pieces(A, B + "data: [DONE]\n\n");

    @TempDir
    private static Path folder;

    private static TestCertificate certificate;
    private static TestCertificate client;

    private final CallFixture calls = new CallFixture();

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificate = TestCertificate.make(folder, "upstream");
        client = TestCertificate.make(folder, "client");
    }

    @AfterEach
    void end() {
        calls.close();
    }

    private String component(SecureUpstream upstream, String tls, String... more) {
        String[] keys = new String[more.length + 1];
        keys[0] = "tls: " + tls;
        System.arraycopy(more, 0, keys, 1, more.length);
        return CallFixture.openAi(upstream.url(), keys);
    }

    private static String trusting(SecureUpstream upstream) {
        return "{ca: " + upstream.caPem() + "}";
    }

    @ParameterizedTest
    @EnumSource
    void callsThatFollowOneAnotherShareAConnection(Version version) throws Exception {
        try (SecureUpstream upstream = new SecureUpstream(certificate, version, WHOLE)) {
            HttpClientComponent component =
                    calls.component(component(upstream, trusting(upstream), "http_version: " + number(version)));
            for (int i = 0; i < 3; i++) {
                assertThat(calls.outcome(component).text()).isEqualTo("ab");
            }
            // A stream ends with its end mark: over HTTP/1.1 the next run may begin before the connection is free.
            assertThat(upstream.connectionsOpened()).isLessThanOrEqualTo(version == Version.HTTP_2 ? 1 : 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void trailersChangeNothing(Version version) throws Exception {
        SecureUpstream.Script script = exchange -> {
            exchange.trailer("X-Checksum", "1").events().send(A);
            exchange.finish();
        };
        try (SecureUpstream upstream = new SecureUpstream(certificate, version, script)) {
            assertThat(calls.outcome(component(upstream, trusting(upstream), "http_version: " + number(version)))
                            .text())
                    .isEqualTo("a");
        }
    }

    private static String number(Version version) {
        return version == Version.HTTP_2 ? "2" : "1.1";
    }

    @ParameterizedTest
    @EnumSource
    void anyVersionIsNegotiated(Version version) throws Exception {
        try (SecureUpstream upstream = new SecureUpstream(certificate, version, WHOLE)) {
            assertThat(calls.outcome(component(upstream, trusting(upstream), "http_version: auto"))
                            .text())
                    .isEqualTo("ab");
        }
    }

    @Test
    void anUpstreamWithoutHttp2IsRefusedWhereNothingElseWillDo() throws Exception {
        try (SecureUpstream upstream = new SecureUpstream(certificate, Version.HTTP_1_1, WHOLE)) {
            Outcome outcome = calls.outcome(component(upstream, trusting(upstream), "http_version: 2"));
            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().code()).isEqualTo(ErrorCode.UPSTREAM_NOT_SECURE);
            assertThat(outcome.failure().detail()).contains("HTTP/2", "http_version");
        }
    }

    @Test
    void plainHttpIsSpokenInVersion11WhateverIsNegotiatedOverTls() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream(FakeUpstream.events(A, B))) {
            assertThat(calls.outcome(CallFixture.openAi(upstream.url(), "http_version: auto"))
                            .text())
                    .isEqualTo("ab");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCertificateThatNobodyVouchesForIsRefused(Version version) throws Exception {
        try (SecureUpstream upstream = new SecureUpstream(certificate, version, WHOLE)) {
            Outcome outcome = calls.outcome(
                    CallFixture.openAi(upstream.url(), "max_retries: 3", "http_version: " + number(version)));
            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().code()).isEqualTo(ErrorCode.UPSTREAM_NOT_SECURE);
            assertThat(outcome.failure().detail()).contains("no secure connection to https://localhost");
            assertThat(upstream.requests()).isZero();
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (SecureUpstream upstream = new SecureUpstream(certificate, Version.HTTP_1_1, WHOLE)) {
            String elsewhere = component(upstream, trusting(upstream)).replace("//localhost:", "//127.0.0.2:");
            Outcome outcome = calls.outcome(elsewhere);
            assertThat(outcome.failure()).isNotNull();
            // The server listens only on 127.0.0.1 if the system distinguishes loopback addresses.
            assertThat(outcome.failure().code()).isIn(ErrorCode.UPSTREAM_NOT_SECURE, ErrorCode.UPSTREAM_REFUSED);
            assertThat(upstream.requests()).isZero();
        }
    }

    @Test
    void withoutVerificationEveryCertificateDoes() throws Exception {
        try (SecureUpstream upstream = new SecureUpstream(certificate, Version.HTTP_1_1, WHOLE)) {
            assertThat(calls.outcome(component(upstream, "{verify: false}")).text())
                    .isEqualTo("ab");
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, 1.1", "HTTP_2, 2"})
    void aClientCertificateIsShownToAnUpstreamThatAsks(Version version, String number) throws Exception {
        try (SecureUpstream upstream = new SecureUpstream(certificate, version, SecureUpstream.MANY, client, WHOLE)) {
            String shown = "{ca: " + upstream.caPem() + ", certificate: " + client.certificate() + ", key: "
                    + client.key() + "}";
            assertThat(calls.outcome(component(upstream, shown, "http_version: " + number))
                            .text())
                    .isEqualTo("ab");
            Outcome without = calls.outcome(component(upstream, trusting(upstream), "http_version: " + number));
            assertThat(without.failure()).isNotNull();
        }
    }

    @Test
    void aStreamThatIsResetIsToldAfterWhatCame() throws Exception {
        SecureUpstream.Script resets = exchange -> {
            exchange.events().send(A);
            exchange.reset(2);
        };
        try (SecureUpstream upstream = new SecureUpstream(certificate, Version.HTTP_2, resets)) {
            Outcome outcome = calls.outcome(component(upstream, trusting(upstream), "http_version: 2"));
            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().code()).isIn(ErrorCode.UPSTREAM_BROKE_OFF, ErrorCode.UPSTREAM_FAILED);
        }
    }
}
