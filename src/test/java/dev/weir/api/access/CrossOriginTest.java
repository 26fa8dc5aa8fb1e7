package dev.weir.api.access;

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

    private static CrossOrigin crossOrigin(List<String> origins) {
        return new CrossOrigin(origins, HostNames.of(List.of(), origins, true));
    }

    @Test
    void aStarLetsEveryPageCallWithoutCookies() {
        CrossOrigin all = crossOrigin(List.of("*"));
        assertThat(all.headers(ORIGIN))
                .isEqualTo(Map.of("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", EXPOSED));
        assertThat(all.headers(null)).isEmpty();
    }

    @Test
    void aListLetsItsOriginsCallAndNoOther() {
        CrossOrigin listed = crossOrigin(List.of("https://b.example", ORIGIN));
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
     * The browser's headers, the requested host, and whether the page may act: if every page may act; if only listed pages
     * may act; and if every page may act but the browser adds credentials.
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

        assertThat(crossOrigin(List.of("*")).mayAct(page, false, false)).isEqualTo(openToAll);
        assertThat(crossOrigin(List.of(ORIGIN)).mayAct(page, false, false)).isEqualTo(listed);
        assertThat(crossOrigin(List.of(ORIGIN)).mayAct(page, true, true)).isEqualTo(listed);
        assertThat(crossOrigin(List.of("*", ORIGIN)).mayAct(page, true, false)).isEqualTo(ownCredentials);
    }

    /** The request of an image without a referrer looks like this over plain HTTP, and so does a request of curl. */
    @Test
    void aRequestThatNamesNoPageActsWhereEveryPageMayOrItIsNoImage() {
        PageOrigin unnamed = new PageOrigin(null, null, null, "weir.example");

        assertThat(crossOrigin(List.of("*")).mayAct(unnamed, false, false)).isTrue();
        assertThat(crossOrigin(List.of("*")).mayAct(unnamed, true, false)).isFalse();
        assertThat(crossOrigin(List.of("*")).mayAct(unnamed, true, true)).isTrue();
        assertThat(crossOrigin(List.of(ORIGIN)).mayAct(unnamed, false, false)).isFalse();
        assertThat(crossOrigin(List.of(ORIGIN)).mayAct(unnamed, false, true)).isTrue();
    }

    /** A name of another site that resolves to this server is both host and origin. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            evil.example       |                                | false
            evil.example:8080  |                                | false
            127.0.0.1.evil.example |                            | false
            localhost.evil.example:1 |                          | false
            weir.example       |                                | false
            weir.example:8080  | weir.example                   | true
            WEIR.example       | Weir.Example,other.example     | true
            evil.example       | weir.example                   | false
            localhost:8080     |                                | true
            app.localhost      |                                | true
            127.0.0.1:8080     | weir.example                   | true
            [::1]:8080         |                                | true
            192.168.1.5:8080   |                                | true
            a.example:8443     |                                | true
            localhost.:8080    |                                | true
            weir.example.      | weir.example                   | true
            evil.example.      | weir.example                   | false
            """)
    void withoutAuthenticationThePageOfAnUnknownNameIsForeign(String host, @Nullable String set, boolean own) {
        List<String> hosts = set == null ? List.of() : List.of(set.split(",", -1));
        CrossOrigin noAuth = new CrossOrigin(List.of(ORIGIN), HostNames.of(hosts, List.of(ORIGIN), false));

        assertThat(noAuth.mayAct(new PageOrigin("http://" + host, null, null, host), false, true))
                .isEqualTo(own);
        assertThat(noAuth.mayAct(new PageOrigin(null, null, "http://" + host + "/", host), false, false))
                .isEqualTo(own);
        assertThat(noAuth.mayAct(new PageOrigin(null, null, null, host), false, true))
                .isTrue();
    }

    @Test
    void whereCallersShowWhoTheyAreAnyNameIsTheServersUnlessItIsSet() {
        PageOrigin page = new PageOrigin("http://weir.example", null, null, "weir.example");
        List<String> origins = List.of(ORIGIN);

        assertThat(new CrossOrigin(origins, HostNames.of(List.of(), origins, true)).mayAct(page, true, true))
                .isTrue();
        assertThat(new CrossOrigin(origins, HostNames.of(List.of("other.example"), origins, true))
                        .mayAct(page, true, true))
                .isFalse();
    }
}
