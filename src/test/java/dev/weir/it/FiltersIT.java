package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import dev.weir.sse.ReferenceEventParser;
import java.io.IOException;
import java.net.URL;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
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

/** Filtered text never leaves the server, however the upstream divides it, in any format and at any address. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class FiltersIT {
    private static FakeUpstream upstream;

    @ArquillianResource
    private URL base;

    private WeirClient client;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
        return Wars.configured(
                Wars.relay(Path.of("target", "it", "filters", "model-compose.yml"), "filters.yml", upstream));
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void begin() throws Exception {
        client = new WeirClient(base);
        client.awaitReady();
    }

    private HttpResponse<String> run(String workflow, String... chunks) throws Exception {
        upstream.answers(FakeUpstream.events(
                Arrays.stream(chunks).map(FakeUpstream::openAi).toArray(String[]::new)));
        return client.run("{\"workflow_id\":\"" + workflow + "\",\"output_only\":true}");
    }

    private static String datas(HttpResponse<String> response) {
        return ReferenceEventParser.parse(response.body()).stream()
                .map(ReferenceEventParser.Event::data)
                .collect(Collectors.joining("|"));
    }

    @Test
    void wordsThatAreCutAreRedactedInTheStream() throws Exception {
        HttpResponse<String> response = run("text", "my sec", "re", "ts: me@ex", "ample.com", " sec");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(datas(response)).isEqualTo("my |***s: |[email] |sec");
    }

    @Test
    void objectsKeepTheirShape() throws Exception {
        String body = run("json", "my sec", "ret").body();

        assertThat(body).contains("\"content\":\"my ***\"", "\"content\":\"\"").doesNotContain("sec", "ret");
    }

    @Test
    void whatIsBlockedHasItsStatusBeforeTheFirstChunkAndIsAnEventAfterIt() throws Exception {
        HttpResponse<String> before = run("text", "sk-0123456789 ");
        HttpResponse<String> after = run("text", "the key is ", "sk-01234", "56789 ");

        assertThat(before.statusCode()).isEqualTo(403);
        assertThat(before.body()).contains("urn:weir:problem:output-blocked", "the filter 'keys' blocks this output");
        assertThat(after.statusCode()).isEqualTo(200);
        assertThat(after.body())
                .startsWith("data: the key is \n\n")
                .contains("event: error\ndata: {\"type\":\"urn:weir:problem:output-blocked\"")
                .doesNotContain("sk-0");
    }

    @Test
    void theEventsAndTheResultOfATaskAreFiltered() throws Exception {
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("sec"), FakeUpstream.openAi("ret!")));
        String task = (String) WeirClient.object(client.run("{\"workflow_id\":\"text\",\"wait_for_completion\":false}")
                        .body())
                .get("task_id");

        assertThat(client.get("api/tasks/" + task + "/events").body())
                .contains("data: \"***!\"")
                .doesNotContain("sec");
        assertThat(WeirClient.object(client.get("api/tasks/" + task).body())).containsEntry("output", "***!");
    }

    @Test
    void hitsAreCountedInHealth() throws Exception {
        run("text", "secret secret");

        Map<?, ?> hits =
                (Map<?, ?>) WeirClient.object(client.get("api/health").body()).get("filter_hits");
        Map<?, ?> text = (Map<?, ?>) hits.get("text");
        assertThat(text.keySet().stream().map(String::valueOf)).containsExactly("deny-list", "pii", "keys");
        assertThat(((Number) text.get("deny-list")).intValue()).isGreaterThanOrEqualTo(2);
    }
}
