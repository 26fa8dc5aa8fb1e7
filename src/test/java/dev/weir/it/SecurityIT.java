package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import dev.weir.json.Json;
import dev.weir.security.Tokens;
import java.io.IOException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Admitted and refused requests over real HTTP: every endpoint, every kind of credentials, every unusual form of a request. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class SecurityIT {
    private static final Path FILE = Path.of("target", "it", "security", "model-compose.yml");
    private static final Path KEY_SET = FILE.resolveSibling("issuer-keys.json");
    private static final String ALICE = "alice-0123456789abcdef";
    private static final String BOB = "bob-0123456789abcdef";
    private static final String CAROL = "carol-0123456789abcdef";
    private static final String NO_TASK = "01M81PBZDN8RATCDASQDFFVZE6";
    private static final Tokens ISSUER = Tokens.ellipticCurve("ec-1");
    private static final boolean WILDFLY = ApplicationServer.name().equals("wildfly");
    private static final String BASIC = "Basic YWxpY2U6YWxpY2UtMDEyMzQ1Njc4OWFiY2RlZg==";
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.whole(200, "application/json", "{\"answer\":42}"));
        Wars.relay(FILE, "secured-keys.yml", upstream);
        Files.writeString(
                FILE.resolveSibling(".env"), "ALICE_KEY=" + ALICE + "\nBOB_KEY=" + BOB + "\nCAROL_KEY=" + CAROL + "\n");
        Files.writeString(KEY_SET, ISSUER.keySet());
        return Wars.configured(FILE, "weir.config.reload=true", "weir.http.deny-private=true");
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client = new WeirClient(base);
        client.awaitReady();
        upstream.answers(FakeUpstream.whole(200, "application/json", "{\"answer\":42}"));
        upstream.forgetRequests();
    }

    /** A call, and its status for a permitted caller. */
    private record Endpoint(String method, String path, String body, int granted) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static List<Endpoint> endpoints() {
        return List.of(
                new Endpoint("GET", "api/workflows", "", 200),
                new Endpoint("HEAD", "api/workflows", "", 200),
                new Endpoint("GET", "api/workflows?include_schema=true", "", 200),
                new Endpoint("GET", "api/workflows/writers/schema", "", 200),
                new Endpoint("POST", "api/workflows/runs", "{\"output_only\":true}", 200),
                new Endpoint("POST", "api/workflows/runs", "{\"wait_for_completion\":false}", 202),
                new Endpoint("POST", "api/workflows/runs", "{\"workflow_id\":\"writers\",\"output_only\":true}", 200),
                new Endpoint("GET", "api/workflows/runs", "", 200),
                new Endpoint("GET", "api/workflows/runs?workflow_id=writers", "", 200),
                new Endpoint("HEAD", "api/workflows/runs", "", 405),
                new Endpoint("PUT", "api/workflows/runs", "", 405),
                new Endpoint("OPTIONS", "api/workflows/runs", "", 204),
                new Endpoint("GET", "api/tasks/" + NO_TASK, "", 404),
                new Endpoint("GET", "api/tasks/" + NO_TASK + "?output_only=true", "", 404),
                new Endpoint("GET", "api/tasks/" + NO_TASK + "/events", "", 404),
                new Endpoint("HEAD", "api/tasks/" + NO_TASK + "/events", "", 404),
                new Endpoint("DELETE", "api/tasks/" + NO_TASK, "", 404),
                new Endpoint("GET", "api/schema", "", 200),
                new Endpoint("GET", "api/metrics", "", 200),
                new Endpoint("GET", "api/nothing", "", 404));
    }

    private HttpResponse<String> send(Endpoint endpoint, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(client.at(endpoint.path()))
                .method(endpoint.method(), BodyPublishers.ofString(endpoint.body()))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
        return send(new Endpoint("GET", path, "", 0), "X-API-Key", key);
    }

    private HttpResponse<String> run(String body, String... headers) throws Exception {
        return send(new Endpoint("POST", "api/workflows/runs", body, 0), headers);
    }

    private static String[] bearer(String secret) {
        return new String[] {"Authorization", "Bearer " + secret};
    }

    /** Asserts that all credentials get the same refusal, byte for byte. */
    private void assertNobodyComesIn(List<String[]> credentials) throws Exception {
        for (Endpoint endpoint : endpoints()) {
            for (String[] headers : credentials) {
                HttpResponse<String> refused = send(endpoint, headers);
                assertThat(refused.statusCode())
                        .as("%s with %s", endpoint, List.of(headers))
                        .isEqualTo(401);
                assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"weir\"");
                if (!endpoint.method().equals("HEAD")) {
                    assertThat(refused.body())
                            .isEqualTo("{\"type\":\"urn:weir:problem:unauthenticated\",\"title\":\"Not authenticated\","
                                    + "\"status\":401,\"detail\":\"the request has no valid credentials\"}");
                }
            }
        }
        assertThat(upstream.idle()).isTrue();
    }

    private void assertComesIn(String[]... credentials) throws Exception {
        for (Endpoint endpoint : endpoints()) {
            for (String[] headers : credentials) {
                HttpResponse<String> answer = send(endpoint, headers);
                assertThat(answer.statusCode())
                        .as("%s with %s: %s", endpoint, List.of(headers), answer.body())
                        .isEqualTo(endpoint.granted());
            }
        }
    }

    @Test
    void keysOpenEveryEndpointAndNothingElseDoes() throws Exception {
        assertNobodyComesIn(List.of(
                new String[0],
                bearer("wrong-0123456789abcdef"),
                bearer(ALICE.substring(1)),
                bearer(ALICE + "x"),
                bearer("alice"),
                new String[] {"Authorization", ALICE},
                new String[] {"Authorization", BASIC},
                new String[] {"X-API-Key", "wrong-0123456789abcdef"},
                new String[] {"X-API-Key", BOB, "X-API-Key", ALICE},
                new String[] {"Authorization", "Bearer " + ALICE, "X-API-Key", ALICE},
                new String[] {"Cookie", "key=" + ALICE},
                bearer(ISSUER.token("alice", claims -> {}))));
        assertComesIn(bearer(ALICE), new String[] {"X-API-Key", ALICE});
    }

    @Test
    void tokensOpenEveryEndpointAndNoForgeryDoes() throws Exception {
        serve("secured-tokens.yml", "by-token", bearer(ISSUER.token("alice", claims -> {})));
        try {
            assertNobodyComesIn(List.of(
                    new String[0],
                    bearer(ALICE),
                    bearer(ISSUER.unsigned("alice")),
                    bearer(ISSUER.confused("alice")),
                    bearer(ISSUER.expired("alice", 60)),
                    bearer(ISSUER.notYet("alice", 60)),
                    bearer(ISSUER.token("alice", claims -> claims.setAudience("other"))),
                    bearer(ISSUER.token("alice", claims -> claims.setIssuer("https://evil.example"))),
                    bearer(Tokens.ellipticCurve("ec-1").token("alice", claims -> {})),
                    bearer(Tokens.ellipticCurve("ec-2").token("alice", claims -> {})),
                    bearer(Tokens.rsa("ec-1").token("alice", claims -> {})),
                    new String[] {"X-API-Key", ISSUER.token("alice", claims -> {})}));
            assertComesIn(new String[][] {bearer(ISSUER.token("alice", claims -> {}))});

            String[] stranger = bearer(ISSUER.token("eve", claims -> claims.setStringListClaim("roles", "other")));
            HttpResponse<String> refused = run("{\"output_only\":true}", stranger);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("urn:weir:problem:forbidden");

            assertKeysOfAnIssuerAreChangedByTheirFile();
        } finally {
            Files.writeString(KEY_SET, ISSUER.keySet());
            serve("secured-keys.yml", "by-key", bearer(ALICE));
        }
    }

    private void assertKeysOfAnIssuerAreChangedByTheirFile() throws Exception {
        Tokens next = Tokens.ellipticCurve("ec-1");
        Files.writeString(KEY_SET, next.keySet());
        Endpoint workflows = new Endpoint("GET", "api/workflows", "", 200);
        String[] after = bearer(next.token("alice", claims -> {}));
        client.await(() -> send(workflows, after).statusCode() == 200, "the issuer's new key");
        assertThat(send(workflows, bearer(ISSUER.token("alice", claims -> {}))).statusCode())
                .isEqualTo(401);
    }

    private void serve(String configuration, String workflow, String... headers) throws Exception {
        Files.writeString(FILE, Wars.relayed(configuration, upstream));
        client.await(
                () -> send(new Endpoint("GET", "api/workflows", "", 0), headers)
                        .body()
                        .contains(workflow),
                workflow);
    }

    @Test
    void whoIsNotKnownIsToldThatTheServerIsThereAndNothingElse() throws Exception {
        HttpResponse<String> health = send(new Endpoint("GET", "api/health", "", 200));
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(send(new Endpoint("GET", "api/health", "", 200), bearer("wrong"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.get("").statusCode()).isEqualTo(404);
        HttpResponse<String> preflight = send(
                new Endpoint("OPTIONS", "api/workflows/runs", "", 204),
                "Origin",
                "https://app.example",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization");
        assertThat(preflight.statusCode()).isEqualTo(204);

        Files.writeString(
                FILE, Wars.relayed("secured-keys.yml", upstream).replace("component: fetch", "component: fech"));
        try {
            client.awaitHealth(503);
            assertThat(client.get("api/health").body())
                    .contains("the server is not ready")
                    .doesNotContain("fech", "model-compose");
            assertThat(get("api/health", ALICE).body()).contains("fech", "model-compose.yml:");
            assertThat(send(new Endpoint("GET", "api/workflows", "", 0)).statusCode())
                    .isEqualTo(401);
        } finally {
            serve("secured-keys.yml", "by-key", bearer(ALICE));
        }
    }

    @Test
    void whatIsAnothersIsNotThere() throws Exception {
        assertThat(get("api/workflows", BOB).body()).contains("by-key").doesNotContain("writers");
        assertThat(get("api/workflows/writers/schema", BOB).statusCode()).isEqualTo(404);
        HttpResponse<String> forbidden = run("{\"workflow_id\":\"writers\"}", bearer(BOB));
        HttpResponse<String> unknown = run("{\"workflow_id\":\"nothing\"}", bearer(BOB));
        assertThat(forbidden.statusCode()).isEqualTo(404);
        assertThat(forbidden.body().replace("writers", "nothing")).isEqualTo(unknown.body());

        String task = (String) WeirClient.object(
                        run("{\"wait_for_completion\":false}", bearer(ALICE)).body())
                .get("task_id");
        for (String path : List.of("", "?output_only=true", "/events")) {
            assertThat(get("api/tasks/" + task + path, BOB).statusCode()).isEqualTo(404);
        }
        HttpResponse<String> cancel = send(new Endpoint("DELETE", "api/tasks/" + task, "", 0), bearer(BOB));
        assertThat(cancel.body())
                .isEqualTo(send(new Endpoint("DELETE", "api/tasks/" + NO_TASK, "", 0), bearer(BOB))
                        .body()
                        .replace(NO_TASK, task));
        HttpResponse<String> resumed =
                send(new Endpoint("GET", "api/workflows/runs", "", 0), "X-API-Key", BOB, "Last-Event-ID", task + ":0");
        assertThat(resumed.statusCode()).isEqualTo(404);
        assertThat(get("api/tasks/" + task, ALICE).statusCode()).isEqualTo(200);
        assertThat(get("api/tasks/" + task + "/events", ALICE).body()).contains("event: done");
    }

    /** Each entry is another spelling of a path that needs a key. No spelling passes without a key. */
    @Test
    void noOtherWayOfWritingAPathLeadsPastTheGate() throws Exception {
        String root = client.at("").getRawPath();
        List<String> tricks = new ArrayList<>();
        for (String path : List.of("workflows", "workflows/runs", "tasks/" + NO_TASK, "schema")) {
            String last = path.substring(path.lastIndexOf('/') + 1);
            tricks.addAll(List.of(
                    "api//" + path,
                    "/api/" + path,
                    "./api/" + path,
                    "%2e/api/" + path,
                    "x/../api/" + path,
                    "x/%2e%2e/api/" + path,
                    "x%2f..%2fapi/" + path,
                    "api/health/../" + path,
                    "api/health/%2e%2e/" + path,
                    "api/health%2f..%2f" + path,
                    "api/health;/../" + path,
                    "%61pi/" + path,
                    "api%2f" + path,
                    "api%252f" + path,
                    "api\\" + path,
                    "api;x=1/" + path,
                    "api/;x=1/" + path,
                    "api/" + path + ";x=1",
                    "api/" + path + ";/health",
                    "api/" + path + "/",
                    "api/" + path + "/.",
                    "api/" + path + "%00",
                    "api/" + path + "?/health",
                    "api/" + path.replace(last, "%" + Integer.toHexString(last.charAt(0)) + last.substring(1)),
                    "API/" + path,
                    "api/health/" + path));
        }
        for (String method : List.of("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "GEt", "PROPFIND")) {
            for (String trick : tricks) {
                String answer = answer(method, root + trick, "");
                assertThat(status(answer))
                        .as("%s %s: %s", method, trick, answer)
                        .satisfiesAnyOf(
                                refused -> assertThat(refused).isBetween(400, 499),
                                // The servers themselves answer OPTIONS and TRACE, not the API.
                                refused ->
                                        assertThat(List.of("OPTIONS", "TRACE")).contains(method),
                                // For a path that ends in /. Grizzly sometimes sends status 200 with an empty body.
                                refused -> assertThat(trick.endsWith("/.") && answer.endsWith("\r\n\r\n"))
                                        .isTrue(),
                                refused -> assertThat(refused).isEqualTo(501));
            }
        }
        for (String override : List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")) {
            assertThat(status("GET", root + "api/health", override + ": DELETE\r\n"))
                    .isEqualTo(200);
            assertThat(status("POST", root + "api/workflows?_method=GET", override + ": GET\r\n"))
                    .isEqualTo(401);
            assertThat(status("GET", root + "api/workflows", override + ": OPTIONS\r\n"))
                    .isEqualTo(401);
        }
        for (String header : List.of("X-Original-URL", "X-Rewrite-URL")) {
            assertThat(status("GET", root + "api/workflows", header + ": " + root + "api/health\r\n"))
                    .isEqualTo(401);
        }
        assertThat(upstream.idle()).isTrue();
    }

    private int status(String method, String path, String headers) throws IOException {
        return status(answer(method, path, headers));
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }

    private String answer(String method, String path, String headers) throws IOException {
        String request = method + " " + path + " HTTP/1.1\r\nHost: "
                + client.at("").getAuthority() + "\r\nContent-Length: 0\r\nConnection: close\r\n" + headers + "\r\n";
        try (RawHttp raw = RawHttp.send(client.at(""), request)) {
            return raw.rest();
        }
    }

    @Test
    void pagesOfOtherSitesActOnlyWhereTheyAreListed() throws Exception {
        String[] form = {"X-API-Key", ALICE, "Origin", "https://evil.example"};
        assertThat(run("{}", form).statusCode()).isEqualTo(403);
        assertThat(run("{\"output_only\":true}", "X-API-Key", ALICE, "Origin", "https://app.example")
                        .statusCode())
                .isEqualTo(200);
        for (String path : List.of("api/workflows/runs", "api/workflows/runs;x=1", "api/workflows/%72uns")) {
            HttpResponse<String> image =
                    send(new Endpoint("GET", path, "", 0), "X-API-Key", ALICE, "Sec-Fetch-Site", "cross-site");
            assertThat(image.statusCode()).as(path).isEqualTo(403);
        }
        assertThat(send(new Endpoint("GET", "api/workflows", "", 0), form).statusCode())
                .isEqualTo(200);
        HttpResponse<String> answer = get("api/workflows", ALICE);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Content-Security-Policy")).hasValue("sandbox");
        assertThat(answer.headers().firstValue("X-Powered-By")).isEmpty();
    }

    @Test
    void limitsAreToldBeforeAndWhenTheyAreReached() throws Exception {
        HttpResponse<String> first = run("{\"workflow_id\":\"scarce\",\"output_only\":true}", bearer(BOB));
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("RateLimit-Policy"))
                .hasValue("\"key\";q=100000;w=3600, \"workflow\";q=3;w=3600");
        assertThat(first.headers().firstValue("RateLimit").orElse(""))
                .matches("\"key\";r=[0-9]+;t=[0-9]+, \"workflow\";r=2;t=[0-9]+");
        run("{\"workflow_id\":\"scarce\"}", bearer(BOB));
        run("{\"workflow_id\":\"scarce\"}", bearer(ALICE));

        HttpResponse<String> refused = run("{\"workflow_id\":\"scarce\"}", bearer(BOB));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("request limit of this workflow is reached (3 in 3600 s)");
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(3500L, 3660L);
        assertThat(refused.headers().firstValue("RateLimit").orElse("")).contains("\"workflow\";r=0;");
    }

    @Test
    void aRunTakesItsPlaceUntilItEnds() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        upstream.answers(exchange -> {
            over.await();
            FakeUpstream.whole(200, "application/json", "1").write(exchange);
        });
        String few = "{\"workflow_id\":\"few\",\"wait_for_completion\":false}";
        String task = (String) WeirClient.object(run(few, bearer(CAROL)).body()).get("task_id");
        assertThat(run(few, bearer(BOB)).statusCode()).isEqualTo(429);
        over.countDown();
        awaitEnd(task, CAROL);
        HttpResponse<String> next = run(few, bearer(BOB));
        assertThat(next.statusCode()).isEqualTo(202);
        awaitEnd((String) WeirClient.object(next.body()).get("task_id"), BOB);
    }

    private void awaitEnd(String task, String key) throws Exception {
        client.await(() -> get("api/tasks/" + task, key).body().contains("completed"), "the end of the run");
    }

    @Test
    void aStreamKeepsItsPaceAndLosesNothing() throws Exception {
        String[] events = new String[30];
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < events.length; i++) {
            events[i] = "data: chunk " + i + "\n\n";
            expected.append("data: chunk ").append(i).append("\n\n");
        }
        upstream.answers(FakeUpstream.events(events));
        long began = System.nanoTime();
        HttpResponse<String> stream = run("{\"workflow_id\":\"slow\",\"output_only\":true}", bearer(ALICE));

        assertThat(stream.body()).isEqualTo(expected.toString());
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(1350));
    }

    @Test
    void noInputBecomesAHeaderOfItsOwn() throws Exception {
        for (String name :
                List.of("a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0b", "\r\n\r\nGET / HTTP/1.1")) {
            HttpResponse<String> refused =
                    run(Json.write(Map.of("output_only", true, "input", Map.of("name", name))), bearer(ALICE));
            assertThat(refused.statusCode()).as(Json.write(name)).isEqualTo(422);
            assertThat(refused.body()).contains("X-Name");
        }
        assertThat(upstream.idle()).isTrue();
        HttpResponse<String> file =
                run(Json.write(Map.of("output_only", true, "input", Map.of("name", "right"))), bearer(ALICE));
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(upstream.request().header("X-name")).isEqualTo("right");
    }

    @Test
    void noInputLeadsIntoThePrivateNetwork() throws Exception {
        String port = upstream.url().substring(upstream.url().lastIndexOf(':'));
        List<String> targets = List.of(
                "http://127.0.0.1" + port,
                "http://localhost" + port,
                "http://LOCALHOST." + port,
                "http://2130706433" + port,
                "http://0177.0.0.1" + port,
                "http://0x7f.0.0.1" + port,
                "http://127.1" + port,
                "http://0.0.0.0" + port,
                "http://[::1]" + port,
                "http://[::ffff:127.0.0.1]" + port,
                "http://[0:0:0:0:0:ffff:7f00:1]" + port,
                "http://[64:ff9b::7f00:1]" + port,
                "http://user@127.0.0.1" + port,
                "http://169.254.169.254/latest/meta-data/",
                "http://10.0.0.1/",
                "http://192.168.1.1/",
                "http://[fe80::1]/",
                "file:///etc/passwd",
                "gopher://127.0.0.1" + port);
        for (String target : targets) {
            HttpResponse<String> refused = run(
                    Json.write(Map.of("workflow_id", "fetch", "output_only", true, "input", Map.of("url", target))),
                    bearer(ALICE));
            assertThat(refused.statusCode()).as(target + ": " + refused.body()).isIn(403, 422, 502);
            assertThat(refused.body()).as(target).doesNotContain("\"answer\"");
        }
        assertThat(upstream.idle()).isTrue();
    }

    /** The target of an upstream's redirect may come from an input, and is therefore checked like an input. */
    @Test
    void noRedirectLeadsIntoThePrivateNetwork() throws Exception {
        String port = upstream.url().substring(upstream.url().lastIndexOf(':'));
        upstream.answers(exchange -> {
            exchange.getResponseHeaders()
                    .set("Location", exchange.getRequestHeaders().getFirst("X-Name"));
            exchange.sendResponseHeaders(302, -1);
        });
        for (String target : List.of(
                "http://localhost" + port + "/inside",
                "//localhost" + port + "/inside",
                "http://[::1]" + port + "/inside",
                "http://2130706433" + port + "/inside",
                "http://127.0.0.1:1/inside",
                "http://169.254.169.254/latest/meta-data/",
                "http://10.0.0.1/")) {
            HttpResponse<String> refused =
                    run(Json.write(Map.of("output_only", true, "input", Map.of("name", target))), bearer(ALICE));
            assertThat(refused.statusCode()).as(target + ": " + refused.body()).isEqualTo(403);
            assertThat(refused.body()).contains("urn:weir:problem:target-denied", "weir.http.deny-private");
            assertThat(upstream.request().target()).isEqualTo("/answer");
        }
        assertThat(upstream.idle()).isTrue();
    }

    @Test
    void whatIsTooDeepOrTooLargeIsRefusedAtOnce() throws Exception {
        String deep = "{\"input\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        HttpResponse<String> refused = run(deep, bearer(ALICE));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("deep");
        assertThat(run("{\"input\":\"" + "x".repeat(11 << 20) + "\"}", bearer(ALICE))
                        .statusCode())
                // WildFly answers 400 by its own limit, which deployments/wildfly raises.
                .isEqualTo(WILDFLY ? 400 : 413);
    }

    /** Clients that send a byte at intervals may hold connections; other clients are served meanwhile. */
    @Test
    void slowClientsKeepNobodyFromBeingServed() throws Exception {
        List<RawHttp> slow = new ArrayList<>();
        String root = client.at("").getRawPath();
        String host = " HTTP/1.1\r\nHost: " + client.at("").getAuthority() + "\r\n";
        try {
            for (int i = 0; i < 64; i++) {
                slow.add(RawHttp.send(client.at(""), "GET " + root + "api/health" + host + "X-Slow: "));
                slow.add(RawHttp.send(
                        client.at(""),
                        "POST " + root + "api/workflows/runs" + host + "X-API-Key: " + ALICE
                                + "\r\nContent-Length: 1000\r\n\r\n{"));
            }
            for (int i = 0; i < 10; i++) {
                assertThat(send(new Endpoint("GET", "api/health", "", 200)).statusCode())
                        .isEqualTo(200);
                assertThat(run("{\"output_only\":true}", bearer(ALICE)).statusCode())
                        .isEqualTo(200);
            }
        } finally {
            for (RawHttp each : slow) {
                each.close();
            }
        }
    }
}
