package dev.weir.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.RateLimitedException;
import dev.weir.WeirException;
import dev.weir.workflow.RunnerFixture;
import jakarta.enterprise.inject.Instance;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An address may send two requests a day, and callers have keys. */
class RequestGateTest {
    private static final String KEY = "a-key-of-32-characters-for-alice";

    private RequestGate gate;

    @BeforeEach
    @SuppressWarnings("unchecked") // The server's users are not used.
    void begin() {
        RunnerFixture fixture = RunnerFixture.of(
                () -> {
                    throw new AssertionError("nothing is run");
                },
                """
                controller:
                  auth: {type: api-key, keys: {alice: %s}}
                  limits: {per_address: {requests: 2/1d}}
                workflow: {component: a}
                component: {id: a, type: http-client, endpoint: 'http://127.0.0.1:9'}
                """.formatted(KEY));
        Instance<SecurityContext> none = (Instance<SecurityContext>) Proxy.newProxyInstance(
                RequestGateTest.class.getClassLoader(), new Class<?>[] {Instance.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        gate = new RequestGate(fixture.workflows(), fixture.pools(), none);
    }

    private static HttpServletRequest request(Map<String, String> headers) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                RequestGateTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getRemoteAddr" -> "192.0.2.1";
                    case "getHeader" -> headers.get((String) arguments[0]);
                    case "getHeaders" ->
                        Collections.enumeration(
                                headers.containsKey((String) arguments[0])
                                        ? List.of(headers.get((String) arguments[0]))
                                        : List.of());
                    case "setAttribute" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private boolean health(Map<String, String> headers) throws IOException {
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                RequestGateTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, arguments) -> null);
        return gate.enter(request(headers), response, true);
    }

    @Test
    void aKeyThatIsShownWhereNoneIsNeededIsCounted() throws IOException {
        Map<String, String> wrong = Map.of("X-API-Key", "a-wrong-key-of-32-characters-xxx");
        assertThat(health(wrong)).isTrue();
        assertThat(health(Map.of("Authorization", "Bearer x.y.z"))).isTrue();

        assertThatThrownBy(() -> health(wrong))
                .isInstanceOf(RateLimitedException.class)
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.code().status()).isEqualTo(429));
        assertThatThrownBy(() -> health(Map.of("Authorization", "Basic eDp5")))
                .isInstanceOf(RateLimitedException.class);
        assertThatThrownBy(() -> health(Map.of("X-API-Key", KEY))).isInstanceOf(RateLimitedException.class);
        for (int i = 0; i < 10; i++) {
            assertThat(health(Map.of())).isTrue();
        }
    }
}
