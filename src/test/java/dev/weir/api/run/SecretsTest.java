package dev.weir.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.meta.WorkflowsResource;
import dev.weir.component.ComponentProvider;
import dev.weir.component.http.FakeUpstream;
import dev.weir.component.http.HttpProviders;
import dev.weir.component.model.ModelProviders;
import dev.weir.json.Json;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.runtime.TestSettings;
import dev.weir.security.Caller;
import dev.weir.stream.BlockingReader;
import dev.weir.stream.Tasks;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunOutput;
import dev.weir.workflow.RunnerFixture;
import dev.weir.workflow.served.WorkflowHealth;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret is in every text of a configuration, and in no output of the server. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class SecretsTest {
    private static final String[] NAMES = {
        "ENDPOINT", "HEADER", "QUERY", "BODY", "FIELD", "PROCESS", "ARGUMENT", "TOKEN", "SETTING"
    };
    private static final List<String> WRITTEN = List.of(
            "pl4nted-user-info",
            "pl4nted-header",
            "pl4nted-query",
            "pl4nted-body",
            "pl4nted-process",
            "pl4nted-hub",
            "pl4nted-default");

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Logger all = Logger.getLogger("dev.weir");
    private final Handler keeping = new Handler() {
        @Override
        public void publish(LogRecord line) {
            log.add(new SimpleFormatter().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private FakeUpstream upstream;

    @BeforeEach
    void begin() throws IOException {
        all.setLevel(Level.ALL);
        keeping.setLevel(Level.ALL);
        all.addHandler(keeping);
        upstream = new FakeUpstream(exchange -> {});
        StringBuilder variables = new StringBuilder();
        for (String name : NAMES) {
            variables
                    .append("PLANTED_")
                    .append(name)
                    .append("='")
                    .append(planted(name))
                    .append("'\n");
        }
        Files.writeString(folder.resolve(".env"), variables);
    }

    @AfterEach
    void end() {
        all.removeHandler(keeping);
        all.setLevel(null);
        upstream.close();
        threads.shutdownNow();
        timers.shutdownNow();
    }

    private static String planted(String name) {
        return "pl4nted " + name + "/+&\"é";
    }

    private String configuration() {
        return """
                workflows:
                  - {id: call, component: api, output: "${output as text;sse-text}"}
                  - {id: wrong-url, component: wrong-url}
                  - {id: wrong-header, component: wrong-header}
                  - {id: wrong-type, component: wrong-type}
                  - {id: service, component: service}
                  - {id: model, component: model}
                components:
                  - id: api
                    type: http-client
                    base_url: UPSTREAM
                    path: /v1/${env.PLANTED_ENDPOINT as base64}
                    headers:
                      Authorization: Bearer pl4nted-header
                      X-Custom: ${env.PLANTED_HEADER as base64}
                    params: {api_key: pl4nted-query, other: "${env.PLANTED_QUERY}"}
                    body:
                      password: pl4nted-body
                      other: ["${env.PLANTED_BODY}", "a ${env.PLANTED_FIELD} b"]
                      key: ${input.key | pl4nted-default}
                    stream_format: json
                    output: ${response[].text}
                  - id: wrong-url
                    type: http-client
                    endpoint: ftp://admin:pl4nted-user-info@localhost/${env.PLANTED_ENDPOINT}
                  - id: wrong-header
                    type: http-client
                    endpoint: UPSTREAM
                    headers: {X-Custom: "${env.PLANTED_HEADER}"}
                  - id: wrong-type
                    type: http-client
                    endpoint: UPSTREAM
                    body: {n: "${env.PLANTED_SETTING as number}"}
                  - id: service
                    type: http-server
                    install:
                      - [/bin/sh, -c, 'env; echo "$0"; exit 3', "${env.PLANTED_ARGUMENT}"]
                    start: [/bin/sh]
                    env: {API_KEY: pl4nted-process, PLAIN: "${env.PLANTED_PROCESS}"}
                    path: /
                  - id: model
                    type: model
                    task: text-generation
                    model: {repository: some/model, token: pl4nted-hub, revision: "${env.PLANTED_TOKEN as base64}",
                            local_files_only: true, cache_dir: cache}
                    text: hi
                """.replace("UPSTREAM", upstream.url());
    }

    private RunnerFixture serving(String yaml) throws IOException {
        Pools pools = new AllPools();
        Settings settings = TestSettings.of(Map.of("weir.runs.max", "8", "weir.model.threads", "1"));
        List<ComponentProvider<?>> providers = new ArrayList<>(HttpProviders.of(pools, settings));
        providers.add(ModelProviders.of(pools, settings));
        return RunnerFixture.serving(
                Files.writeString(folder.resolve("model-compose.yml"), yaml), providers, pools, settings);
    }

    private void answers(int status, String contentType, String body) {
        upstream.answers(exchange -> {
            String sent = exchange.getRequestHeaders().entrySet() + " " + exchange.getRequestURI();
            byte[] answer = body.replace("ECHO", sent + everything()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(status, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
    }

    /** All secrets, as an upstream may quote them. */
    private static String everything() {
        StringBuilder all = new StringBuilder();
        spellings().forEach(secret -> all.append(' ').append(secret));
        return all.toString();
    }

    private static List<String> spellings() {
        List<String> spellings = new ArrayList<>(WRITTEN);
        for (String name : NAMES) {
            String secret = planted(name);
            String json = Json.write(secret);
            spellings.add(secret);
            spellings.add(json.substring(1, json.length() - 1));
            spellings.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
            spellings.add(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
        }
        return spellings;
    }

    /** Runs a workflow, and returns every text that its clients receive. */
    private static String told(RunnerFixture fixture, String workflow) throws InterruptedException {
        ProblemDocuments problems = new ProblemDocuments(fixture.workflows());
        List<Object> told = new ArrayList<>();
        Run run = fixture.admit(workflow, Map.of());
        try {
            if (fixture.drive(run) instanceof RunOutput.Streamed streamed) {
                BlockingReader.readAll(streamed.chunks(), chunk -> true);
            }
        } catch (WeirException e) {
            told.add(problems.document(e, run.taskId()));
        }
        told.add(TaskDocument.of(run, problems));
        return Json.write(told);
    }

    private void assertNothingLeaks(String outputs) {
        List<String> everywhere = new ArrayList<>(log);
        everywhere.add(outputs);
        Thread.getAllStackTraces().keySet().forEach(thread -> everywhere.add(thread.getName()));
        for (String text : everywhere) {
            assertThat(text).doesNotContain("pl4nted");
            spellings().forEach(secret -> assertThat(text).doesNotContain(secret));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500|text/plain|ECHO",
                "401|application/json|{\"error\": \"bad key ECHO\"}",
                "200|text/event-stream|event: error\ndata: ECHO\n\n",
                "200|text/event-stream|data: no JSON ECHO\n\n",
                "200|application/x-ndjson|{\"error\": {\"message\": ECHO}}\n",
            })
    void whatAnUpstreamSaysOfThemIsNotToldOn(String answer) throws Exception {
        String[] parts = answer.split("\\|", 3);
        answers(Integer.parseInt(parts[0]), parts[1], parts[2]);

        String told = told(serving(configuration()), "call");

        assertThat(told).contains("***");
        assertNothingLeaks(told);
    }

    /** The limit of quoted text cuts a secret. */
    @Test
    void theBeginningOfOneThatIsCutOffIsNotToldOn() throws Exception {
        RunnerFixture fixture = serving(configuration());
        for (int length = 2_036; length < 2_048; length++) {
            String filler = "x".repeat(length);
            for (String before : List.of(filler, "\n" + filler, "한".repeat(length / 3) + "x".repeat(length % 3))) {
                answers(500, "text/plain", before + planted("HEADER") + "y".repeat(3_000));

                assertNothingLeaks(told(fixture, "call"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong-url", "wrong-header", "wrong-type", "service", "model"})
    void whatCannotBeUsedIsNotTold(String workflow) throws Exception {
        answers(200, "application/json", "{}");

        String told = told(serving(configuration()), workflow);

        assertThat(told).contains("\"status\"");
        assertNothingLeaks(told);
    }

    @Test
    void healthAndSchemaTellNone() throws Exception {
        RunnerFixture fixture = serving(configuration());
        told(fixture, "service");
        told(fixture, "model");
        WorkflowHealth health = fixture.workflows().health();

        assertThat(health.failed()).containsOnlyKeys("service", "model");
        assertNothingLeaks(Json.write(List.of(
                health.failed(),
                health.loading().toString(),
                health.problems(),
                fixture.workflows().all(Caller.ANYONE).stream()
                        .map(workflow -> WorkflowsResource.document(workflow, true, fixture.workflows()::mask))
                        .toList())));
    }

    @Test
    void mistakesInTheConfigurationTellNone() throws Exception {
        RunnerFixture fixture = serving("""
                workflow: {component: api, repeat_count: "${env.PLANTED_SETTING}"}
                components:
                  - {id: api, type: http-client, endpoint: 'http://admin:pl4nted-user-info@localhost/', timeout: "${env.PLANTED_SETTING}",
                     max_retries: "${env.PLANTED_SETTING}", stream_format: "${env.PLANTED_SETTING}", method: "${env.PLANTED_SETTING}",
                     headers: {Authorization: [pl4nted-header]}}
                  - {id: model, type: model, task: "${env.PLANTED_SETTING}", model: "${env.PLANTED_TOKEN}", text: hi, token: pl4nted-hub}
                """);

        assertThat(fixture.workflows().health().problems()).hasSizeGreaterThan(3);
        assertNothingLeaks(Json.write(fixture.workflows().health().problems()));
    }

    @Test
    void aTaskOfAnEarlierConfigurationTellsNoneWhenAnotherIsServedOrNone() throws Exception {
        answers(500, "text/plain", "ECHO");
        RunnerFixture fixture = serving(configuration());
        Run run = fixture.admit("call", Map.of());
        fixture.driveToEnd(run);
        ProblemDocuments problems = new ProblemDocuments(fixture.workflows());

        Files.writeString(folder.resolve(".env"), "");
        Path file = Files.writeString(folder.resolve("model-compose.yml"), "workflow: {wrong: 1}");
        fixture.workflows().load(List.of(file));
        assertNothingLeaks(Json.write(TaskDocument.of(run, problems)));

        fixture.workflows().close();
        assertNothingLeaks(Json.write(TaskDocument.of(run, problems)));
    }

    private final class AllPools extends Pools {
        @Override
        public Tasks tasks() {
            return new Tasks(threads);
        }

        @Override
        public ExecutorService http() {
            return threads;
        }

        @Override
        public ExecutorService inference() {
            return threads;
        }

        @Override
        public ExecutorService processes() {
            return threads;
        }

        @Override
        public Tasks writers() {
            return new Tasks(threads);
        }

        @Override
        public void awaitWriters() {
            // The pool has no queue: no task waits for a thread.
        }

        @Override
        public ScheduledExecutorService timers() {
            return timers;
        }
    }
}
