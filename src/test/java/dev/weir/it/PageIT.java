package dev.weir.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.component.http.FakeUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * The page in a real browser, with the API at another base path than its own: the demonstration, and beside it a workflow that relays what a test dictates. Each test
 * leaves a picture of its end in {@code target/it/page}.
 */
@EnabledIf(value = "dev.weir.it.Chromium#isInstalled", disabledReason = Chromium.MISSING)
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(120)
class PageIT {
    private static final Path FOLDER = Path.of("target", "it", "page");
    private static final String RELAY = """
              - id: relay
                title: Relay
                component: upstream
                output: ${output as text;sse-text}
            """;
    private static final String UPSTREAM = """
              - id: upstream
                type: http-client
                base_url: %s
                path: /v1/chat/completions
                method: POST
                body:
                  stream: true
                  messages: [{role: user, content: "${input.prompt as text}"}]
                stream_format: json
                output: ${response[].choices[0].delta.content}
            """;

    private static FakeUpstream upstream;
    private static ChromeDriver browser;

    @ArquillianResource
    private URL base;

    private WeirClient client;
    private WeirPage page;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events());
        String demonstration = Files.readString(Path.of("examples/quickstart/model-compose.yml"));
        String models = Path.of("examples/models").toAbsolutePath().toString();
        Path configuration = Files.createDirectories(FOLDER).resolve("model-compose.yml");
        Files.writeString(
                configuration,
                demonstration
                        .replace("  port: 8080\n", "  port: 8080\n  base_path: /v1\n")
                        .replace(
                                "\ncomponents:\n",
                                "\n" + RELAY + "\ncomponents:\n" + UPSTREAM.formatted(upstream.url()))
                        .replace("../models", models));
        return Wars.configured(configuration);
    }

    @BeforeAll
    static void startBrowser() {
        browser = Chromium.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.quit();
        }
        upstream.close();
    }

    @BeforeEach
    void openThePage() throws Exception {
        client = new WeirClient(base, "v1");
        client.awaitReady();
        page = new WeirPage(browser);
        page.open(base);
    }

    @AfterEach
    void photographAndReadTheConsole(TestInfo test) throws IOException {
        page.photograph(FOLDER.resolve(test.getTestMethod().orElseThrow().getName() + ".png"));
        assertThat(page.consoleErrors())
                .as("errors on the console, but for the browser's own note of a refused run")
                .allMatch(error -> error.contains("/v1/workflows/runs - Failed to load resource"));
    }

    @Test
    void aStoryIsWrittenWhileItStreams() {
        page.script("""
                window.seen = [];
                const result = document.getElementById('result');
                const output = document.getElementById('output');
                new MutationObserver(() => window.seen.push([result.dataset.state, output.textContent.length]))
                    .observe(result, { attributeFilter: ['data-state'], subtree: true,
                                       childList: true, characterData: true });
                """);
        page.click("run");
        page.awaitState("done");

        assertThat(page.output()).isNotBlank();
        assertThat(page.text("tokens")).matches("[0-9]{2,3}");
        assertThat(page.text("first-token")).matches("[0-9.]+ m?s");
        assertThat(page.script("return [...new Set(window.seen.map(([state]) => state))]"))
                .isEqualTo(List.of("waiting", "writing", "done"));
        Object lengths = page.script(
                "return new Set(window.seen.filter(([state]) => state === 'writing').map(([, length]) => length)).size");
        assertThat((Long) lengths).as("lengths seen while writing").isGreaterThan(1);
    }

    @Test
    void aChunkIsShownBeforeTheNextOneExists() {
        BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        upstream.answers(dictated(chunks));
        page.choose("relay");
        page.click("run");
        for (String text : List.of("Once", "Once upon", "Once upon a time")) {
            chunks.add(text.substring(page.output().length()));
            page.awaitOutput(text);
            assertThat(page.state()).isEqualTo("writing");
        }
        chunks.add("");
        page.awaitState("done");
        assertThat(page.output()).isEqualTo("Once upon a time");
    }

    @Test
    void theStopButtonCancelsTheRunOnTheServer() throws Exception {
        upstream.answers(steady());
        page.choose("relay");
        page.click("run");
        page.awaitState("writing");
        page.click("stop");
        page.awaitState("stopped");

        String output = page.output();
        assertThat(client.awaitTask(page.taskId(), "cancelled").get("status")).isEqualTo("cancelled");
        assertThat(upstream.awaitAbandoned()).isTrue();
        assertThat(page.output()).isEqualTo(output);
        assertThat(page.shows("stop")).isFalse();
    }

    /** Whoever aims at a button that moves misses it: neither the text that grows nor the page that follows it may shift it. */
    @Test
    void theStopButtonStandsStillWhileTextGrows() {
        upstream.answers(steady());
        page.choose("relay");
        page.script("""
                window.places = new Set();
                (function look() {
                  const stop = document.getElementById('stop');
                  if (!stop.hidden) {
                    const { left, top } = stop.getBoundingClientRect();
                    window.places.add(`${left} ${top}`);
                  }
                  requestAnimationFrame(look);
                })();
                """);
        page.click("run");
        page.awaitOutputOf(3000);
        page.click("stop");
        page.awaitState("stopped");
        assertThat(page.script("return [...window.places].join('; ')").toString())
                .as("where the button was")
                .doesNotContain(";");
    }

    /** No server is as fast as this stream: its every read is answered at once, and a page may not wait for the last. */
    @Test
    void aStreamFasterThanThePageCanBeStopped() {
        page.script("""
                const events = new TextEncoder().encode('data: more \\n\\n'.repeat(100));
                let left = 50_000;
                window.fetch = async (url, { signal }) => new Response(
                    new ReadableStream({
                      start: (stream) => { signal.onabort = () => stream.error(signal.reason); },
                      pull: (stream) => { left-- > 0 ? stream.enqueue(events) : stream.close(); },
                    }),
                    { headers: { 'Content-Type': 'text/event-stream' } });
                const result = document.getElementById('result');
                new MutationObserver(() => setTimeout(() => document.getElementById('stop').click()))
                    .observe(result, { attributeFilter: ['data-state'] });
                """);
        page.click("run");
        page.awaitState("stopped");
        assertThat(page.output()).startsWith("more more ");
    }

    @Test
    void theChosenWorkflowRuns() throws Exception {
        page.choose("chat");
        assertThat(page.text("title")).isEqualTo("Ask for a story");
        page.enter("Tell me a story about a dog and a ball.");
        page.click("run");
        page.awaitState("done");
        assertThat(page.output()).isNotBlank().doesNotContain("<|im_");
        assertThat(client.awaitTask(page.taskId(), "completed").get("status")).isEqualTo("completed");
    }

    @Test
    void controlEnterRuns() {
        page.enter("The cat sat");
        page.pressControlEnter();
        page.awaitState("done");
        assertThat(page.output()).isNotBlank();
        assertThat(page.text("lead")).isIn("", "The cat sat");
    }

    @Test
    void aRefusalIsShownWhereTheOutputWouldBe() {
        page.paste("Once upon a time ".repeat(200));
        page.click("run");
        page.awaitState("failed");
        assertThat(page.output()).isEmpty();
        assertThat(page.text("problem-detail")).contains("512");
    }

    @Test
    void anErrorInTheStreamKeepsTheTextBeforeIt() {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once"), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        page.choose("relay");
        page.click("run");
        page.awaitState("failed");
        assertThat(page.output()).isEqualTo("Once");
        assertThat(page.text("problem-detail")).contains("overloaded");
    }

    @Test
    void textOfAModelIsNeverHtml() {
        String markup = "<b>bold</b> <img src=x onerror='window.harmed=1'> <script>window.harmed=1</script> &amp;";
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("<b>bold"), FakeUpstream.openAi(markup.substring(7))));
        page.choose("relay");
        page.click("run");
        page.awaitState("done");
        assertThat(page.output()).isEqualTo(markup);
        assertThat(page.script("return document.getElementById('output').childElementCount"))
                .isEqualTo(0L);
        assertThat(page.script("return window.harmed")).isNull();
    }

    @Test
    void aPhoneScrollsOnlyDownwards() {
        page.shrinkToPhone();
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("unbroken".repeat(50))));
        page.choose("relay");
        page.enter("https://example.com/" + "unbroken".repeat(20));
        page.click("run");
        page.awaitState("done");
        assertThat(page.script("return document.documentElement.scrollWidth")).isEqualTo(360L);
    }

    /** Answers with 200 chunks a second until the caller goes. */
    private static FakeUpstream.Answer steady() {
        byte[] chunk = FakeUpstream.openAi("more ").getBytes(UTF_8);
        return exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            while (!Thread.currentThread().isInterrupted()) {
                out.write(chunk);
                out.flush();
                LockSupport.parkNanos(5_000_000);
            }
        };
    }

    /** Answers with each chunk as soon as the test gives it; the empty one is the end. */
    private static FakeUpstream.Answer dictated(BlockingQueue<String> chunks) {
        return exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            for (String chunk = chunks.take(); !chunk.isEmpty(); chunk = chunks.take()) {
                out.write(FakeUpstream.openAi(chunk).getBytes(UTF_8));
                out.flush();
            }
            out.close();
        };
    }
}
