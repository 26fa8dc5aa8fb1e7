package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.component.http.FakeUpstream;
import dev.weir.it.server.ApplicationServer;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every documented call gives the same answer under every {@code controller.base_path}, its query included. */
@Tag(Matrix.TAG)
@ExtendWith({ArquillianExtension.class, Matrix.class})
@RunAsClient
@Timeout(120)
class BasePathsIT {
    /** At the root of Open Liberty, MicroProfile Health has that path. */
    private static final boolean LIBERTY = ApplicationServer.name().equals("open-liberty");

    private static final boolean WILDFLY = ApplicationServer.name().equals("wildfly");

    private static final String JSON = "application/json";
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private WeirClient client;
    private String api;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(BasePathsIT::answer);
        configure("/api");
        return Wars.built();
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    /** Answers with the request's target, unchanged. */
    private static void answer(HttpExchange exchange) throws IOException, InterruptedException {
        if (exchange.getRequestURI().getPath().equals("/stream")) {
            FakeUpstream.events("data: Once\n\n", "data:  upon\n\n").write(exchange);
        } else {
            FakeUpstream.whole(200, JSON, "{\"answered\":true}").write(exchange);
        }
    }

    private static void configure(String path) throws IOException {
        Matrix.configure(upstream, "base-paths.yml", text -> text.replace("BASE", path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/weir", "/"})
    void everyCallGivesTheSame(String path) throws Exception {
        configure(path);
        api = path.equals("/") ? "" : path.substring(1) + "/";
        client = new WeirClient(base, path.equals("/") ? "." : path.substring(1));
        client.await(() -> client.get(api + "workflows").statusCode() == 200, "the base path " + path);

        readsWhatIsThere();
        readsTheQueryOfARun();
        refusesABrokenQuery();
        followsATask();
        assertStatus(404, client.get(path.equals("/api") ? "weir/workflows" : "api/workflows"));
    }

    private void readsWhatIsThere() throws Exception {
        assertThat(client.get(api + "workflows").body()).contains("\"echo\"").doesNotContain("\"input\"");
        assertThat(client.get(api + "workflows?include_schema=true").body()).contains("\"echo\"", "\"input\"");
        assertThat(client.get(api + "workflows/echo/schema").body()).contains("\"echo\"", "\"text\"");
        assertThat(client.get(api + "schema").body()).contains("\"$schema\"");
        assertThat(client.get(api + "openapi.yaml").body()).startsWith("openapi: ");
        assertStatus(200, client.request("HEAD", api + "workflows"));
        assertStatus(204, client.request("OPTIONS", api + "workflows/runs"));
        assertStatus(404, client.get(api + "workflows/none/schema"));
        assertStatus(404, client.get(api + "tasks/none"));
        if (!LIBERTY || !api.isEmpty()) {
            assertThat(client.get(api + "health").body()).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    private void readsTheQueryOfARun() throws Exception {
        String runs = api + "workflows/runs";
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put("", "other");
        queries.put("?workflow_id=other", "other");
        queries.put("?workflow_id=echo&input[text]=a/b/0", "a/b/0");
        queries.put("?workflow_id=echo&input%5Btext%5D=a%20b+c%2B%26%3D%25", "a b c+&=%");
        queries.put("?workflow_id=echo&input%5Btext%5D=%ED%95%9C%F0%9F%8E%89", "한🎉");
        queries.put("?workflow_id=echo&input=%7B%22text%22:%22a%22%7D", "a");
        queries.put("?input=%7B%22text%22%3A%22%ED%95%9C%22%7D&workflow_id=echo", "한");
        if (!WILDFLY) {
            // WildFly refuses characters outside ASCII by default (deployments/wildfly).
            queries.put("?workflow_id=echo&input[text]=한🎉", "한🎉");
        }
        for (Map.Entry<String, String> query : queries.entrySet()) {
            upstream.forgetRequests();
            String answer = raw("GET", runs + query.getKey());
            assertThat(answer).as(query.getKey()).startsWith("HTTP/1.1 200 ");
            FakeUpstream.Request asked = upstream.request();
            if (query.getValue().equals("other")) {
                assertThat(asked.target()).as(query.getKey()).isEqualTo("/other");
            } else {
                assertThat(asked.target()).as(query.getKey()).isEqualTo("/echo");
                assertThat(WeirClient.object(asked.body())).as(query.getKey()).containsEntry("text", query.getValue());
            }
        }
        HttpResponse<String> stream = client.get(runs + "?workflow_id=stream");
        assertThat(stream.body()).contains("data: Once\n\n", "data:  upon\n\n");
        assertThat(client.run("{\"workflow_id\":\"echo\",\"input\":{\"text\":\"a\"},\"output_only\":true}")
                        .body())
                .isEqualTo("{\"answered\":true}");
        assertThat(client.post("application/x-www-form-urlencoded", "workflow_id=echo&input[text]=a&output_only=true")
                        .body())
                .isEqualTo("{\"answered\":true}");
    }

    private void refusesABrokenQuery() throws Exception {
        for (String query :
                new String[] {"input[text]=%zz", "input[text]=%", "input[text]=%e", "input=%zz", "workflow_id=%zz"}) {
            upstream.forgetRequests();
            String answer = raw("GET", api + "workflows/runs?" + query);
            assertThat(answer).as(query).startsWith("HTTP/1.1 400 ");
            if (!refusedByTheServer(answer)) {
                assertThat(answer).as(query).contains("application/problem+json", "\"status\":400");
            }
            assertThat(upstream.idle()).as(query).isTrue();
        }
    }

    /** Undertow reads the query before the application, and answers with an empty body. */
    private static boolean refusedByTheServer(String answer) {
        return WILDFLY && answer.contains("Content-Length: 0");
    }

    private void followsATask() throws Exception {
        HttpResponse<String> begun = client.run("{\"workflow_id\":\"stream\",\"wait_for_completion\":false}");
        assertStatus(202, begun);
        String task = (String) WeirClient.object(begun.body()).get("task_id");
        assertThat(client.awaitTask(task, "completed")).containsEntry("output", "Once upon");
        assertThat(client.get(api + "tasks/" + task + "?output_only=true").body())
                .isEqualTo("\"Once upon\"");
        assertThat(client.get(api + "tasks/" + task + "/events").body())
                .contains("data: \"Once\"", "data: \" upon\"", "event: done");
        assertStatus(202, client.delete(api + "tasks/" + task));
    }

    private String raw(String method, String target) throws IOException {
        URI server = URI.create(base.toString());
        return RawHttp.answer(server, method, server.getRawPath() + target, "");
    }

    private static void assertStatus(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.uri() + ": " + answer.body()).isEqualTo(status);
    }
}
