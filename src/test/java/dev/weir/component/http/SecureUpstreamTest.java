package dev.weir.component.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ErrorCode;
import dev.weir.component.http.CallFixture.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Upstreams that speak HTTP/2 over TLS. */
@Timeout(60)
class SecureUpstreamTest {
    private static final String BODY = FakeUpstream.openAi("a") + FakeUpstream.openAi("b");

    @TempDir
    private Path folder;

    @Test
    void streamsComeOverHttp2AndShareAConnection() throws Exception {
        try (FakeHttp2Upstream upstream = new FakeHttp2Upstream(folder, BODY + "data: [DONE]\n\n", false);
                CallFixture calls = new CallFixture().client(client -> client.sslContext(upstream.trusting()))) {
            HttpClientComponent component = calls.component(CallFixture.openAi(upstream.url()));
            for (int i = 0; i < 3; i++) {
                assertThat(calls.outcome(component).text()).isEqualTo("ab");
            }
            assertThat(upstream.streams()).isEqualTo(3);
            assertThat(upstream.connections()).isOne();
        }
    }

    @Test
    void aStreamThatIsResetIsToldAfterWhatCame() throws Exception {
        try (FakeHttp2Upstream upstream = new FakeHttp2Upstream(folder, BODY, true);
                CallFixture calls = new CallFixture().client(client -> client.sslContext(upstream.trusting()))) {
            Outcome outcome = calls.outcome(CallFixture.openAi(upstream.url()));
            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().code()).isEqualTo(ErrorCode.UPSTREAM_BROKE_OFF);
            assertThat(outcome.failure().detail()).contains("RST_STREAM");
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        try (FakeHttp2Upstream upstream = new FakeHttp2Upstream(folder, BODY, false);
                CallFixture calls = new CallFixture()) {
            Outcome outcome = calls.outcome(CallFixture.openAi(upstream.url(), "max_retries: 3"));
            assertThat(outcome.failure()).isNotNull();
            assertThat(outcome.failure().code()).isEqualTo(ErrorCode.UPSTREAM_NOT_SECURE);
            assertThat(outcome.failure().detail()).contains("no secure connection to https://localhost");
            assertThat(upstream.streams()).isZero();
        }
    }
}
