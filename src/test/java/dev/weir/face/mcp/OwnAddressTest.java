package dev.weir.face.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.component.Output;
import dev.weir.config.ControllerConfig;
import dev.weir.workflow.RunnerFixture;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses that clients get, and the challenge of a request without a key. */
class OwnAddressTest {
    private static final String JWT = """
            controller:
              auth: {type: jwt, issuer: 'https://issuer.example', audience: weir, jwks: 'https://issuer.example/keys'}
              adapter: {type: mcp-server}
            workflow: {component: a}
            component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9'}
            """;

    private static HttpServletRequest request(String scheme, String name, int port, String context) {
        return request(scheme, name, port, context, Map.of());
    }

    private static HttpServletRequest request(
            String scheme, String name, int port, String context, Map<String, String> fields) {
        Map<String, Object> values = Map.of(
                "getRemoteAddr",
                "10.1.2.3",
                "getScheme",
                scheme,
                "getServerName",
                name,
                "getServerPort",
                port,
                "getContextPath",
                context,
                "isSecure",
                scheme.equals("https"));
        return (HttpServletRequest) Proxy.newProxyInstance(
                OwnAddressTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> method.getName().equals("getHeaders")
                        ? Collections.enumeration(Optional.ofNullable(fields.get(arguments[0])).stream()
                                .toList())
                        : values.get(method.getName()));
    }

    @ParameterizedTest
    @CsvSource({
        "http, weir.example, 80, '', http://weir.example",
        "http, weir.example, 443, /weir, http://weir.example:443/weir",
        "https, weir.example, 443, '', https://weir.example",
        "https, 10.0.0.1, 8443, /w, https://10.0.0.1:8443/w",
        "http, ::1, 8080, '', http://[::1]:8080",
        "http, [::1], 8080, '', http://[::1]:8080",
        "http, 'a\"b', 80, '', http://localhost",
    })
    void theAddressIsTheOneThatTheClientUses(String scheme, String name, int port, String context, String address) {
        assertThat(OwnAddress.of(request(scheme, name, port, context), ControllerConfig.DEFAULT)
                        .application())
                .isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, https, weir.example, , , https://weir.example/w",
        "10.0.0.0/8, https, weir.example:443, , , https://weir.example/w",
        "10.0.0.0/8, https, weir.example, 8443, , https://weir.example:8443/w",
        "10.0.0.0/8, https, , , , https://inner/w",
        "10.0.0.0/8, ftp, 'a\"b', x, , http://inner/w",
        "10.0.0.0/8, 'http, https', 'first, [::1]:9', , , https://[::1]:9/w",
        "10.0.0.0/8, , , , 'proto=http;host=first, for=1.2.3.4;proto=https;host=\"weir.example:8443\"', https://weir.example:8443/w",
        "10.0.0.0/8, https, weir.example, , 'host=forged.example', http://inner/w",
        "192.168.0.0/16, https, weir.example, , , http://inner/w",
    })
    void aTrustedProxyNamesTheAddress(
            String trusted, String proto, String host, String port, String forwarded, String address) {
        Map<String, String> fields = new HashMap<>();
        fields.put("X-Forwarded-Proto", proto);
        fields.put("X-Forwarded-Host", host);
        fields.put("X-Forwarded-Port", port);
        fields.put("Forwarded", forwarded);
        ControllerConfig controller = RunnerFixture.of(
                        () -> new Output.Value("a"),
                        McpFixture.YAML.replace(
                                "controller:\n", "controller:\n  limits: {trusted_proxies: ['" + trusted + "']}\n"))
                .workflows()
                .controller();

        assertThat(OwnAddress.of(request("http", "inner", 80, "/w", fields), controller)
                        .application())
                .isEqualTo(address);
    }

    @Test
    void aRequestWithoutATokenLearnsWhereTheMetadataAre() {
        RunnerFixture fixture = RunnerFixture.of(() -> new Output.Value("a"), JWT);
        McpFace face = new McpFace(new ProblemDocuments(fixture.workflows()), fixture.workflows());
        FailureForm form = face.failures(request("https", "weir.example", 443, "/w"));

        assertThat(form.status(ProblemDocuments.unauthenticated())).isEqualTo(401);
        assertThat(form.headers(ProblemDocuments.unauthenticated(), false))
                .isEqualTo(
                        Map.of(
                                "WWW-Authenticate",
                                "Bearer resource_metadata=\"https://weir.example/w/.well-known/oauth-protected-resource/mcp\""));
    }

    @Test
    void withoutTokensThereAreNoMetadata() {
        RunnerFixture fixture = RunnerFixture.of(() -> new Output.Value("a"), McpFixture.YAML);
        McpFace face = new McpFace(new ProblemDocuments(fixture.workflows()), fixture.workflows());

        assertThat(face.failures(request("http", "h", 80, "")).headers(ProblemDocuments.unauthenticated(), false))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', true", "/mcp, true", "/other, false"})
    void theMetadataNameTheIssuerOfTokens(String path, boolean isThere) {
        ControllerConfig controller =
                RunnerFixture.of(() -> new Output.Value("a"), JWT).workflows().controller();
        Map<String, Object> metadata = Map.of(
                "resource", "https://weir.example/w/mcp",
                "authorization_servers", List.of("https://issuer.example"),
                "bearer_methods_supported", List.of("header"));

        assertThat(ResourceMetadataServlet.metadata(controller, path, new OwnAddress("https://weir.example/w")))
                .isEqualTo(isThere ? Optional.of(metadata) : Optional.empty());
    }

    @Test
    void otherKeysHaveNoMetadata() {
        ControllerConfig controller = RunnerFixture.of(() -> new Output.Value("a"), McpFixture.YAML)
                .workflows()
                .controller();

        assertThat(ResourceMetadataServlet.metadata(controller, "", new OwnAddress("http://h")))
                .isEmpty();
    }
}
