package dev.weir.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {

    /** A request with only header fields. */
    private static HttpServletRequest request(Map<String, List<String>> fields) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                CredentialsTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("getHeaders")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return Collections.enumeration(fields.getOrDefault((String) arguments[0], List.of()));
                });
    }

    private static List<String> fields(@Nullable String fields) {
        return fields == null ? List.of() : Arrays.asList(fields.split(" \\+ ", -1));
    }

    /** A + separates fields of one name. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                     |                 |
            Bearer abc               |                 | abc
            bearer abc               |                 | abc
            'BEARER  abc '           |                 | abc
            Bearer                   |                 |
            Bearer a b               |                 |
            Bearer ü                 |                 |
            Bearerabc                |                 |
            Basic YWxpY2U6c2VjcmV0   |                 |
            abc                      |                 |
                                     | abc             | abc
                                     | ''              |
                                     | a b             |
                                     | abc + abc       |
            Bearer abc + Bearer abc  |                 |
            Bearer abc               | abc             |
            Basic YWxpY2U6c2VjcmV0   | abc             |
            """)
    void isTheOneSecretOfTheRequest(
            @Nullable String authorization, @Nullable String apiKey, @Nullable String expected) {
        HttpServletRequest request =
                request(Map.of("Authorization", fields(authorization), "X-API-Key", fields(apiKey)));

        assertThat(Credentials.secret(request, true)).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void aTokenDoesNotComeAsAKey() {
        HttpServletRequest request = request(Map.of("X-API-Key", List.of("abc")));

        assertThat(Credentials.secret(request, false)).isEmpty();
    }
}
