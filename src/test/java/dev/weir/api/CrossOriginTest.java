package dev.weir.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossOriginTest {
    private static final String ORIGIN = "https://a.example";
    private static final String EXPOSED = "X-Task-Id, Retry-After, RateLimit, RateLimit-Policy";

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

    /** The browser's word, where the page is, whether every page may call, and whether credentials come by themselves. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://weir.example | same-origin |                       | true  | true  | true
            https://evil.example | cross-site  |                       | true  | false | false
            https://evil.example | same-site   |                       | true  | false | false
            https://weir.example | same-site   |                       | true  | false | false
            https://a.example    | cross-site  |                       | true  | true  | true
                                 | cross-site  |                       | true  | false | false
                                 | none        |                       | true  | true  | true
            https://evil.example |             |                       | true  | false | false
            https://weir.example |             | weir.example          | true  | true  | true
            http://WEIR.example  |             | weir.example          | true  | true  | true
            https://weir.example |             | weir.example:8443     | true  | false | false
            null                 |             | weir.example          | true  | false | false
            https://%            |             | weir.example          | true  | false | false
                                 |             | weir.example          | true  | true  | true
            """)
    void aPageOfAnotherSiteOnlyActsWhereItMay(
            @Nullable String origin,
            @Nullable String site,
            @Nullable String host,
            boolean openToAll,
            boolean listed,
            boolean ownCredentials) {
        PageOrigin page = new PageOrigin(origin, site, host);

        assertThat(new CrossOrigin(List.of("*")).mayAct(page, false)).isEqualTo(openToAll);
        assertThat(new CrossOrigin(List.of(ORIGIN)).mayAct(page, false)).isEqualTo(listed);
        assertThat(new CrossOrigin(List.of(ORIGIN)).mayAct(page, true)).isEqualTo(listed);
        assertThat(new CrossOrigin(List.of("*", ORIGIN)).mayAct(page, true)).isEqualTo(ownCredentials);
    }
}
