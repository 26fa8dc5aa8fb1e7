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

    /**
     * What the browser says, where the page is, and whether it may act: where every page may, where only a list may, and where
     * every page may, but credentials come by themselves.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://weir.example | same-origin |                        |                   | true  | true  | true
            https://evil.example | cross-site  |                        |                   | true  | false | false
            https://evil.example | same-site   |                        |                   | true  | false | false
            https://weir.example | same-site   |                        |                   | true  | false | false
            https://a.example    | cross-site  |                        |                   | true  | true  | true
                                 | cross-site  |                        |                   | true  | false | false
                                 | cross-site  | http://weir.example/   | weir.example      | true  | false | false
                                 | none        |                        |                   | true  | true  | true
                                 | none        | http://evil.example/   | weir.example      | true  | true  | true
            https://evil.example |             |                        |                   | true  | false | false
            https://evil.example |             | http://weir.example/   | weir.example      | true  | false | false
            https://weir.example |             |                        | weir.example      | true  | true  | true
            http://WEIR.example  |             |                        | weir.example      | true  | true  | true
            https://weir.example |             |                        | weir.example:8443 | true  | false | false
            null                 |             |                        | weir.example      | true  | false | false
            null                 |             | http://weir.example/   | weir.example      | true  | false | false
            https://%            |             |                        | weir.example      | true  | false | false
                                 |             | http://weir.example/a  | weir.example      | true  | true  | true
                                 |             | http://evil.example/a  | weir.example      | true  | false | false
                                 |             | http://weir.example@evil.example/ | weir.example | true | false | false
                                 |             | https://a.example/b?c  | weir.example      | true  | true  | true
                                 |             | HTTPS://A.example/     | weir.example      | true  | true  | true
                                 |             | about:blank            | weir.example      | true  | false | false
                                 |             | //weir.example/        | weir.example      | true  | false | false
                                 |             | %%                     | weir.example      | true  | false | false
            """)
    void aPageOfAnotherSiteOnlyActsWhereItMay(
            @Nullable String origin,
            @Nullable String site,
            @Nullable String referer,
            @Nullable String host,
            boolean openToAll,
            boolean listed,
            boolean ownCredentials) {
        PageOrigin page = new PageOrigin(origin, site, referer, host);

        assertThat(new CrossOrigin(List.of("*")).mayAct(page, false, false)).isEqualTo(openToAll);
        assertThat(new CrossOrigin(List.of(ORIGIN)).mayAct(page, false, false)).isEqualTo(listed);
        assertThat(new CrossOrigin(List.of(ORIGIN)).mayAct(page, true, true)).isEqualTo(listed);
        assertThat(new CrossOrigin(List.of("*", ORIGIN)).mayAct(page, true, false))
                .isEqualTo(ownCredentials);
    }

    /** An image whose page keeps its address to itself looks like that over plain HTTP, and so does curl. */
    @Test
    void aRequestThatNamesNoPageActsWhereEveryPageMayOrItIsNoImage() {
        PageOrigin unnamed = new PageOrigin(null, null, null, "weir.example");

        assertThat(new CrossOrigin(List.of("*")).mayAct(unnamed, false, false)).isTrue();
        assertThat(new CrossOrigin(List.of("*")).mayAct(unnamed, true, false)).isFalse();
        assertThat(new CrossOrigin(List.of("*")).mayAct(unnamed, true, true)).isTrue();
        assertThat(new CrossOrigin(List.of(ORIGIN)).mayAct(unnamed, false, false))
                .isFalse();
        assertThat(new CrossOrigin(List.of(ORIGIN)).mayAct(unnamed, false, true))
                .isTrue();
    }
}
