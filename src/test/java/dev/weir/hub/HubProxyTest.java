package dev.weir.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.upstream.LoopbackProxy;
import dev.weir.upstream.proxy.Proxies;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The Hub is reached through the proxies of the environment. */
class HubProxyTest extends HubFixture {
    private static final String BASIC = "Basic c29tZWJvZHk6aHVudGVyMjI="; // somebody:hunter22
    private static final URI HUB = URI.create("http://hub.example");

    private Hub hub(URI endpoint, Map<String, String> environment) {
        return hub(new HubSettings(
                endpoint,
                cache,
                Optional.empty(),
                false,
                Duration.ofSeconds(10),
                Duration.ofMillis(1),
                Proxies.of(environment)));
    }

    private LoopbackProxy proxy(String wanted) throws IOException {
        return new LoopbackProxy(server.endpoint().getPort(), wanted);
    }

    @Test
    void aModelIsDownloadedThroughTheProxy() throws Exception {
        tiny("org/tiny");
        try (LoopbackProxy proxy = proxy("")) {
            Path folder = hub(HUB, Map.of("HTTP_PROXY", "http://" + proxy.hostAndPort(), "NO_PROXY", "127.0.0.1"))
                    .fetch(model("org/tiny"), SILENT);

            assertThat(folder.resolve("config.json")).isNotEmptyFile();
            assertThat(proxy.requests()).isNotEmpty().allMatch(request -> request.contains(" http://hub.example/"));
        }
    }

    @Test
    void credentialsGoWithTheFirstRequest() throws Exception {
        tiny("org/tiny");
        try (LoopbackProxy proxy = proxy(BASIC)) {
            hub(HUB, Map.of("http_proxy", "http://somebody:hunter22@" + proxy.hostAndPort(), "NO_PROXY", "127.0.0.1"))
                    .fetch(model("org/tiny"), SILENT);

            assertThat(proxy.requests()).isNotEmpty().doesNotHaveDuplicates();
        }
    }

    @Test
    void aHostOfNoProxyIsCalledDirectly() throws Exception {
        try (LoopbackProxy proxy = proxy("")) {
            Map<String, String> environment = Map.of("HTTP_PROXY", proxy.hostAndPort(), "NO_PROXY", ".invalid");
            HubFault fault = fault(URI.create("http://hub.invalid"), environment);

            assertThat(fault.detail()).contains("the host's name is not known");
            assertThat(proxy.requests()).isEmpty();
        }
    }

    @Test
    void thisMachineIsCalledDirectlyWhereNoProxyNamesIt() throws Exception {
        tiny("org/tiny");
        try (LoopbackProxy proxy = proxy("")) {
            hub(server.endpoint(), Map.of("ALL_PROXY", proxy.hostAndPort(), "NO_PROXY", "127.0.0.0/8"))
                    .fetch(model("org/tiny"), SILENT);

            assertThat(proxy.requests()).isEmpty();
        }
    }

    @Test
    void aProxyThatWantsCredentialsIsToldOnceWithTheRemedy() throws Exception {
        try (LoopbackProxy proxy = proxy(BASIC)) {
            HubFault plain = fault(HUB, Map.of("ALL_PROXY", proxy.hostAndPort()));
            assertThat(plain.detail()).contains("the proxy wants credentials", "HTTPS_PROXY as http://user:password@");
            assertThat(proxy.requests()).hasSize(1);

            HubFault secure = fault(URI.create("https://hub.example"), Map.of("ALL_PROXY", proxy.hostAndPort()));
            assertThat(secure.detail()).contains("the proxy wants credentials");
            assertThat(proxy.requests()).hasSize(2).last().isEqualTo("CONNECT hub.example:443");
        }
    }

    @Test
    void credentialsForATunnelAreRefusedBeforeAnythingIsSent() throws Exception {
        try (LoopbackProxy proxy = proxy(BASIC)) {
            Map<String, String> environment = Map.of("HTTPS_PROXY", "http://somebody:hunter22@" + proxy.hostAndPort());
            HubFault fault = fault(URI.create("https://hub.example"), environment);

            assertThat(fault.detail())
                    .contains("-Djdk.http.auth.tunneling.disabledSchemes=", "***:***@")
                    .doesNotContain("hunter22");
            assertThat(proxy.requests()).isEmpty();
        }
    }

    private HubFault fault(URI endpoint, Map<String, String> environment) {
        HubFault fault = catchThrowableOfType(
                HubFault.class, () -> hub(endpoint, environment).fetch(model("org/tiny"), SILENT));
        assertThat(fault).isNotNull();
        return fault;
    }
}
