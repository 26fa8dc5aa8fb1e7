package dev.weir.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasePathTest {
    @ParameterizedTest
    @CsvSource({
        "/api, /api/health, /api/health",
        "/api, /api, /api",
        "/api, /apis/health,",
        "/api, /app.js,",
        "/v1, /v1/workflows/runs, /api/workflows/runs",
        "/v1, /v1/workflows/%ED%95%9C/schema, /api/workflows/%ED%95%9C/schema",
        "/v1, /api/health,",
        "/v1, /v10/health,",
        "/api/v1, /api/v1/health, /api/health",
        "/api/v1, /api/health,",
        "'', /health, /api/health",
        "'', /tasks/1, /api/tasks/1",
        "'', /,",
        "'', /app.js,",
        "'', /api/health,",
    })
    void whatIsBelowTheBasePathIsServed(String basePath, String requested, String served) {
        assertThat(new BasePath(basePath).served(requested)).isEqualTo(Optional.ofNullable(served));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../WEB-INF/x", "/%2E%2e/WEB-INF/x", "/a%2Fb", "/a%5cb", "/..;/x", "/a;b"})
    void nobodyIsLedOutOfTheApi(String rest) {
        assertThat(new BasePath("/v1").served("/v1" + rest)).isEmpty();
    }

    @Test
    void whatJaxRsServesIsKnown() {
        assertThat(BasePath.isServed("/api/health")).isTrue();
        assertThat(BasePath.isServed("/api.js")).isFalse();
    }
}
