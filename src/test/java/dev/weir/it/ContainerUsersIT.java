package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import dev.weir.it.server.ServerContainer;
import java.io.IOException;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code controller.auth: {type: container}} with the users of each server's realm. */
@Tag(Matrix.TAG)
@ExtendWith({ArquillianExtension.class, Matrix.class})
@RunAsClient
@Timeout(120)
class ContainerUsersIT {
    private static final String RUNS = "api/workflows/runs";
    private static final String ALICE = basic("alice:" + ApplicationServer.PASSWORD);
    private static final String BOB = basic("bob:" + ApplicationServer.PASSWORD);
    private static final boolean LIBERTY = ApplicationServer.name().equals("open-liberty");
    private static final String UNAUTHENTICATED =
            "{\"type\":\"urn:weir:problem:unauthenticated\",\"title\":\"Not authenticated\",\"status\":401,"
                    + "\"detail\":\"the request has no valid credentials\"}";
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.whole(200, "application/json", "{\"answer\":42}"));
        Matrix.configure(upstream, "container.yml", UnaryOperator.identity());
        return Wars.built();
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client = new WeirClient(base);
        client.awaitReady();
        upstream.forgetRequests();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> as(String authorization, String method, String path, String... headers)
            throws Exception {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Authorization", authorization));
        return client.request(method, path, all.toArray(String[]::new));
    }

    private static void assertUnknown(HttpResponse<String> answer, String what) {
        assertThat(answer.statusCode()).as(what + ": " + answer.body()).isEqualTo(401);
        assertThat(answer.headers().allValues("WWW-Authenticate")).as(what).containsExactly("Basic realm=\"weir\"");
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .as(what)
                .startsWith("application/problem+json");
        assertThat(answer.body()).as(what).isEqualTo(UNAUTHENTICATED);
    }

    @Test
    void credentialsThatTheServerRefusesAreAllAnsweredAlike() throws Exception {
        long before = ServerContainer.running().printed();
        List<String> wrong = List.of(
                "Basic",
                "Basic !!!!",
                "Basic YWxpY2U=",
                "Basic " + "A".repeat(2_000),
                "Bearer x",
                "Negotiate x",
                "Digest username=\"alice\"",
                ";;",
                basic("alice:wrong"),
                basic("nobody:" + ApplicationServer.PASSWORD),
                basic(":"));
        for (String endpoint :
                List.of("GET api/workflows", "POST " + RUNS, "DELETE api/tasks/x", "get api/workflows")) {
            String method = endpoint.substring(0, endpoint.indexOf(' '));
            String path = endpoint.substring(endpoint.indexOf(' ') + 1);
            assertUnknown(client.request(method, path), endpoint);
            for (String authorization : wrong) {
                assertUnknown(as(authorization, method, path), endpoint + ", " + authorization);
            }
        }
        assertThat(upstream.idle()).isTrue();
        assertThat(ServerContainer.running().complaints(before)).noneMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void aUserOfAnAllowedGroupMayRunAndOthersMayNot() throws Exception {
        assertThat(as(ALICE, "GET", "api/workflows").body()).contains("\"answer\"");
        assertThat(as(ALICE, "GET", RUNS, "Sec-Fetch-Site", "same-origin").body())
                .isEqualTo("42");
        HttpResponse<String> refused = as(BOB, "GET", "api/workflows");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("urn:weir:problem:forbidden");
    }

    /** The page itself is served without a challenge. Its first call is challenged, and the browser asks its user. */
    @Test
    void thePageIsServedAndItsFirstCallAsksForAPassword() throws Exception {
        HttpResponse<String> page = client.get("");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(client.get("base.js").body()).contains("./api/");
        assertUnknown(client.request("GET", "api/workflows", "Sec-Fetch-Site", "same-origin"), "the page");
        assertThat(as(ALICE, "GET", "api/workflows", "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theHealthTellsOfComponentsToAllowedUsersOnly() throws Exception {
        for (HttpResponse<String> answer : List.of(
                client.get("api/health"),
                as("Basic !!!!", "GET", "api/health"),
                as(basic("alice:wrong"), "GET", "api/health"),
                as(BOB, "GET", "api/health"))) {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
        }
        HttpResponse<String> known = as(ALICE, "GET", "api/health");
        assertThat(known.body()).contains("\"absent\"", "weir-has-no-such-command");
        assertThat(known.headers().allValues("Set-Cookie"))
                .noneMatch(cookie -> cookie.startsWith("JSESSIONID") && !cookie.contains("Expires=Thu, 01-Jan-1970"));
        if (!ApplicationServer.name().equals("wildfly")) {
            assertThat(client.get("/health").body()).contains("\"weir\"").doesNotContain("absent", "no-such-command");
        }
    }

    /** The request of an image or form of another page; the browser adds the user's password by itself. */
    @Test
    void aPageOfAnotherSiteStartsNothingWithItsVisitorsPassword() throws Exception {
        String own = base.getProtocol() + "://" + base.getAuthority();
        for (String[] foreign : List.of(
                new String[0],
                new String[] {"Sec-Fetch-Site", "cross-site"},
                new String[] {"Sec-Fetch-Site", "same-site"},
                new String[] {"Origin", "http://evil.example"},
                new String[] {"Origin", "null"},
                new String[] {"Referer", "http://evil.example/page"},
                new String[] {"Referer", own + "@evil.example/"})) {
            assertThat(as(ALICE, "GET", RUNS, foreign).statusCode())
                    .as(List.of(foreign).toString())
                    .isEqualTo(403);
            if (foreign.length > 0) {
                assertThat(as(ALICE, "POST", RUNS, foreign).statusCode())
                        .as(List.of(foreign).toString())
                        .isEqualTo(403);
            }
        }
        assertThat(upstream.idle()).isTrue();
        for (String[] named :
                List.of(new String[] {"Sec-Fetch-Site", "same-origin"}, new String[] {"Origin", own}, new String[] {
                    "Referer", own + "/page?x"
                })) {
            assertThat(as(ALICE, "GET", RUNS, named).body())
                    .as(List.of(named).toString())
                    .isEqualTo("42");
        }
    }

    /** Open Liberty recognises its users by a cookie. */
    @Test
    void aCookieOfTheServerIsForItsOwnPagesOnly() throws Exception {
        List<String> cookies = as(ALICE, "GET", "api/workflows").headers().allValues("Set-Cookie");
        assertThat(cookies).hasSize(LIBERTY ? 1 : 0);
        for (String cookie : cookies) {
            assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
            String sent = cookie.substring(0, cookie.indexOf(';'));
            assertThat(client.request("GET", "api/workflows", "Cookie", sent).statusCode())
                    .isEqualTo(200);
            for (String[] foreign : List.of(new String[0], new String[] {"Referer", "http://evil.example/"})) {
                String[] headers = Stream.concat(Stream.of(foreign), Stream.of("Cookie", sent))
                        .toArray(String[]::new);
                assertThat(client.request("GET", RUNS, headers).statusCode()).isEqualTo(403);
            }
            assertThat(upstream.idle()).isTrue();
            assertThat(client.request("GET", RUNS, "Cookie", sent, "Sec-Fetch-Site", "same-origin")
                            .body())
                    .isEqualTo("42");
        }
    }
}
