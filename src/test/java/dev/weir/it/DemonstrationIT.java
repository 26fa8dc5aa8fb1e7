package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.weir.json.Json;
import dev.weir.sse.ReferenceEventParser;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.Entity;
import java.io.InputStream;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.glassfish.jersey.media.sse.EventInput;
import org.glassfish.jersey.media.sse.InboundEvent;
import org.glassfish.jersey.media.sse.SseFeature;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The WAR, deployed without a configuration, tells stories. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class DemonstrationIT {
    private static final String STORY =
            "{\"input\":{\"prompt\":\"Once upon a time\"},\"output_only\":true,\"wait_for_completion\":true}";

    @ArquillianResource
    private URL base;

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.built();
    }

    @BeforeEach
    void awaitTheModel() throws Exception {
        client = new WeirClient(base);
        client.awaitReady();
    }

    @Test
    void aStoryStreamsInTheContractsFraming() throws Exception {
        HttpResponse<InputStream> response = client.open(STORY);
        byte[] body = response.body().readAllBytes();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(response.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(
                        control -> assertThat(control).contains("no-cache").contains("no-transform"));
        assertThat(response.headers().firstValue("X-Accel-Buffering")).hasValue("no");
        assertThat(response.headers().firstValue("X-Task-Id"))
                .hasValueSatisfying(id -> assertThat(id).matches("[0-9A-HJKMNP-TV-Z]{26}"));

        String text = new String(body, StandardCharsets.UTF_8);
        assertThat(text).endsWith("\n\n");
        assertThat(text.lines()).allMatch(line -> line.isEmpty() || line.startsWith("data: "));
        assertThat(ReferenceEventParser.parse(body)).hasSizeGreaterThan(20);
        client.awaitTask(response.headers().firstValue("X-Task-Id").orElseThrow(), "completed");
    }

    @Test
    void theSchemaOfTheConfigurationIsServed() throws Exception {
        HttpResponse<String> response = client.get("api/schema");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/schema+json"));
        assertThat(Json.parse(response.body()))
                .isEqualTo(Json.parse(Files.readString(
                        Path.of("src/main/resources/dev/weir/config/schema/model-compose.schema.json"))));
    }

    @Test
    void jerseysEventSourceClientReadsTheStream() {
        try (Client jersey =
                ClientBuilder.newBuilder().register(SseFeature.class).build()) {
            EventInput events = jersey.target(client.at("api/workflows/runs"))
                    .request(SseFeature.SERVER_SENT_EVENTS_TYPE)
                    .post(Entity.json(STORY), EventInput.class);
            List<String> chunks = new ArrayList<>();
            for (InboundEvent event = events.read(); event != null; event = events.read()) {
                chunks.add(event.readData(String.class));
            }
            assertThat(chunks).hasSizeGreaterThan(20);
            assertThat(String.join("", chunks)).isNotBlank();
        }
    }

    @Test
    void theChatAnswersToo() throws Exception {
        HttpResponse<String> response = client.run(
                "{\"workflow_id\":\"chat\",\"input\":{\"message\":\"Tell me a story about a dog and a ball.\"},"
                        + "\"output_only\":true}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).startsWith("data: ").doesNotContain("<|im_");
    }

    @Test
    void bothWorkflowsAreListed() throws Exception {
        String[] workflows = client.get("api/workflows").body().split("(?<=}),", -1);
        assertThat(workflows).hasSize(2);
        assertThat(WeirClient.object(workflows[0].substring(1)))
                .containsEntry("workflow_id", "story")
                .containsEntry("title", "Tell a story")
                .containsEntry("default", true);
    }

    @Test
    void healthIsOkAndTellsWhatTheModelsAreDoing() throws Exception {
        Map<String, Object> health = WeirClient.object(client.get("api/health").body());
        assertThat(health).containsOnlyKeys("status", "models").containsEntry("status", "ok");
        assertThat((List<?>) health.get("models"))
                .extracting(model -> ((Map<?, ?>) model).get("component"), model -> ((Map<?, ?>) model).get("model"))
                .containsExactly(tuple("story-teller", "stories"), tuple("story-teller-chat", "stories"));
        assertThat(client.get("api/health").body()).contains("\"running\":", "\"waiting\":", "\"tokens_per_second\":");
    }

    @Test
    void theProbesOfMicroProfileAreUpAndTellOfEachComponent() throws Exception {
        for (String probe : List.of("live", "ready", "started")) {
            HttpResponse<String> response = client.get("/health/" + probe);
            assertThat(response.statusCode()).as(probe).isEqualTo(200);
            assertThat(WeirClient.object(response.body())).as(probe).containsEntry("status", "UP");
            assertThat(response.body()).as(probe).contains("\"weir");
        }
        assertThat(client.get("/health/ready").body())
                .contains(
                        "\"story-teller\":\"ready\"",
                        "\"story-teller.running\":",
                        "\"story-teller.model\":\"stories\"");
    }

    @Test
    void thePageIsServed() throws Exception {
        HttpResponse<String> page = client.get("");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.body()).contains("app.js");
        assertThat(client.get("app.js").statusCode()).isEqualTo(200);
    }

    @Test
    void anUnknownWorkflowIsA404ThatListsTheKnownOnes() throws Exception {
        HttpResponse<String> response = client.run("{\"workflow_id\":\"stroy\",\"output_only\":true}");
        assertProblem(response, 404, "stroy", "story", "chat");
    }

    @Test
    void malformedJsonIsA400WithItsPosition() throws Exception {
        assertProblem(client.run("{\"input\":{\"prompt\":"), 400, "line 1", "column");
    }

    @Test
    void aStreamNeedsOutputOnly() throws Exception {
        HttpResponse<String> response = client.run("{\"input\":{\"prompt\":\"Once\"}}");
        assertProblem(response, 400, "Streaming output is only allowed when output_only=true.");
        String taskId = response.headers().firstValue("X-Task-Id").orElseThrow();
        assertThat(client.awaitTask(taskId, "cancelled").get("status")).isEqualTo("cancelled");
    }

    @Test
    void anInputThatIsMissingIsA422() throws Exception {
        assertProblem(client.run("{\"output_only\":true}"), 422, "story-teller", "${input.prompt as text}");
    }

    @Test
    void whatIsNotJsonIsRefused() throws Exception {
        assertProblem(client.post("text/plain", "{}"), 415, "text/plain");
        assertProblem(client.run("[1,2]"), 422, "JSON object");
        assertProblem(client.run("{\"output_only\":\"maybe\"}"), 422, "output_only", "maybe");
    }

    @Test
    void aRunThatNobodyWaitsForIsCollected() throws Exception {
        HttpResponse<String> response =
                client.run("{\"input\":{\"prompt\":\"Once upon a time\"},\"wait_for_completion\":false}");
        assertThat(response.statusCode()).isEqualTo(202);
        Map<String, Object> pending = WeirClient.object(response.body());
        assertThat(pending.get("status")).isEqualTo("pending");
        String taskId = (String) pending.get("task_id");
        Map<String, Object> task = client.awaitTask(taskId, "completed");
        assertThat((String) task.get("output")).isNotBlank();
        assertThat(Json.parse(
                        client.get("api/tasks/" + taskId + "?output_only=true").body()))
                .isEqualTo(task.get("output"));
    }

    @Test
    void whatIsNotServedIsAProblemToo() throws Exception {
        assertProblem(client.get("api/nothing"), 404, "nothing is served");
        assertProblem(client.get("api/tasks/01ARZ3NDEKTSV4RRFFQ69G5FAV"), 404, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    }

    @Test
    void aFormRunsAWorkflow() throws Exception {
        HttpResponse<String> response = client.post(
                "application/x-www-form-urlencoded",
                "workflow_id=story&input[prompt]=Once+upon+a+time&output_only=true&wait_for_completion=1");
        assertThat(response.body()).startsWith("data: ");
        assertThat(response.statusCode()).isEqualTo(200);
        assertProblem(client.post("application/x-www-form-urlencoded", "input[a=1"), 400, "'input[a'");
        assertProblem(
                client.post("application/x-www-form-urlencoded", "input[a]=" + "x".repeat(10 << 20)),
                413,
                "weir.http.max-body");
    }

    @Test
    void aFormOfPartsRunsAWorkflow() throws Exception {
        HttpResponse<String> response = client.post("multipart/form-data; boundary=b", """
                --b\r
                Content-Disposition: form-data; name="output_only"\r
                \r
                true\r
                --b\r
                Content-Disposition: form-data; name="input[prompt]"; filename="prompt.txt"\r
                Content-Type: text/plain\r
                \r
                Once upon a time\r
                --b--\r
                """);
        assertThat(response.body()).startsWith("data: ");
        assertThat(response.statusCode()).isEqualTo(200);
        assertProblem(client.post("multipart/form-data; boundary=b", "--b\r\n"), 400, "headers of part 1");
    }

    @Test
    void optionsAreTheMethodsAndNothingElse() throws Exception {
        for (String path : List.of("workflows", "workflows/story/schema", "workflows/runs", "tasks/x", "health")) {
            HttpResponse<String> response = client.request("OPTIONS", "api/" + path);
            assertThat(response.statusCode()).as(path).isEqualTo(204);
            assertThat(response.body()).as(path).isEmpty();
            assertThat(response.headers().firstValue("Allow"))
                    .as(path)
                    .hasValueSatisfying(
                            allow -> assertThat(allow).contains(path.endsWith("runs") ? "POST" : "GET", "OPTIONS"));
        }
        assertProblem(client.request("OPTIONS", "api/nothing"), 404, "nothing is served");
        assertProblem(client.get("api/application.wadl"), 404, "nothing is served");
    }

    @Test
    void headIsGetWithoutItsBody() throws Exception {
        HttpResponse<String> head = client.request("HEAD", "api/workflows?include_schema=true");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(client.get("api/workflows").headers().firstValue("Content-Type"));
        assertThat(head.body()).isEmpty();
        assertThat(client.request("HEAD", "api/workflows/nothing/schema").statusCode())
                .isEqualTo(404);
        assertThat(client.request("HEAD", "api/workflows/runs").statusCode()).isEqualTo(405);
    }

    @Test
    void aPageOfAnySiteMayCall() throws Exception {
        HttpResponse<String> preflight = client.request(
                "OPTIONS",
                "api/workflows/runs",
                "Origin",
                "https://elsewhere.example",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "content-type,x-mine");
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
                .hasValue("GET, HEAD, POST, DELETE, OPTIONS");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .hasValue("content-type,x-mine");
        for (String path : List.of("api/health", "api/nothing")) {
            HttpResponse<String> response = client.request("GET", path, "Origin", "https://elsewhere.example");
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue("*");
            assertThat(response.headers().firstValue("Access-Control-Expose-Headers"))
                    .hasValue("X-Task-Id, Retry-After, RateLimit, RateLimit-Policy");
            assertThat(response.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
        }
        assertThat(client.request("GET", "", "Origin", "https://elsewhere.example")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    private static void assertProblem(HttpResponse<String> response, int status, String... told) {
        assertThat(response.body()).contains(told);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(WeirClient.object(response.body()))
                .containsEntry("status", status)
                .containsKeys("type", "title", "detail");
    }
}
