package dev.weir.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrossOriginTest {
    private static final String ORIGIN = "https://a.example";
    private static final String EXPOSED = "X-Task-Id, Retry-After";

    @Test
    void aStarLetsEveryPageCallWithoutCookies() {
        CrossOrigin all = new CrossOrigin(List.of("*"));
        assertThat(all.headers(ORIGIN))
                .isEqualTo(Map.of("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", EXPOSED));
        assertThat(all.headers(null)).isEmpty();
    }

    @Test
    void aListLetsItsOriginsCallAndNoOther() {
        CrossOrigin listed = new CrossOrigin(List.of("https://b.example", ORIGIN));
        assertThat(listed.headers(ORIGIN))
                .isEqualTo(Map.of(
                        "Vary",
                        "Origin",
                        "Access-Control-Allow-Origin",
                        ORIGIN,
                        "Access-Control-Allow-Credentials",
                        "true",
                        "Access-Control-Expose-Headers",
                        EXPOSED));
        assertThat(listed.headers("https://a.example.com")).isEqualTo(Map.of("Vary", "Origin"));
        assertThat(listed.headers(null)).isEqualTo(Map.of("Vary", "Origin"));
    }

    @Test
    void aPreflightMayAskForAnyHeader() {
        assertThat(CrossOrigin.preflightHeaders("x-mine")).containsEntry("Access-Control-Allow-Headers", "x-mine");
        assertThat(CrossOrigin.preflightHeaders(null)).doesNotContainKey("Access-Control-Allow-Headers");
        assertThat(CrossOrigin.allowsMethod("DELETE")).isTrue();
        assertThat(CrossOrigin.allowsMethod("PATCH")).isFalse();
    }
}
