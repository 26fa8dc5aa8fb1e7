package dev.weir.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.weir.component.http.FakeUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Runs of the demonstration, and of a workflow that relays the chunks of a test, on the page. The API has a base path that
 * is not the default.
 */
class PageIT extends BrowserTest {
    private static final Path FOLDER = Path.of("target", "it", "page");
    private static final String RELAY = """
              - id: relay
                title: Relay
                description: Passes on what its upstream says, as it comes.
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
                  messages: [{role: user, content: "${input.prompt as text | none}"}]
                stream_format: json
                output: ${response[].choices[0].delta.content}
            """;

    private static FakeUpstream upstream;

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
                        .replace("  openai: {}\n", "")
                        .replace(
                                "\ncomponents:\n",
                                "\n" + RELAY + "\ncomponents:\n" + UPSTREAM.formatted(upstream.url()))
                        .replace("../models", models));
        return Wars.configured(configuration);
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @Test
    void aStoryIsWrittenWhileItStreams() {
        page.script("""
                () => {
                  window.seen = [];
                  const result = document.getElementById('result');
                  const output = document.getElementById('output');
                  new MutationObserver(() => window.seen.push([result.dataset.state, output.textContent.length]))
                    .observe(result, { attributeFilter: ['data-state'], subtree: true,
                                       childList: true, characterData: true });
                }""");
        page.field("Prompt").fill("Once upon a time");
        page.run();
        page.awaitState("done");

        assertThat(page.output()).hasSizeGreaterThan(20);
        assertThat(page.find("output").locator(".lead")).hasText("Once upon a time");
        assertThat(page.text("chunks")).matches("[0-9]{2,3}");
        assertThat(page.text("first")).matches("[0-9.]+ m?s");
        assertThat(page.script("[...new Set(window.seen.map(([state]) => state))]"))
                .isEqualTo(List.of("waiting", "writing", "done"));
    }

    @Test
    void textOnlyGrowsAsItComes() {
        BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        upstream.answers(dictated(chunks));
        page.choose("relay");
        page.script("""
                () => {
                  window.lengths = [];
                  const output = document.getElementById('output');
                  new MutationObserver(() => window.lengths.push(output.textContent.length))
                    .observe(output, { subtree: true, childList: true, characterData: true });
                }""");
        page.run();
        for (int i = 1; i <= 5; i++) {
            chunks.addAll(Collections.nCopies(6, "word "));
            page.awaitOutput("word ".repeat(6 * i));
        }
        chunks.add("");
        page.awaitState("done");
        assertThat(page.numbers("lengths")).isSorted().contains(30, 60, 90, 120, 150);
        assertThat(page.output()).isEqualTo("word ".repeat(30));
    }

    @Test
    void aChunkIsShownBeforeTheNextOneExists() {
        BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        upstream.answers(dictated(chunks));
        page.choose("relay");
        page.run();
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
        assertCancels(WeirPage::stop);
    }

    @Test
    void escapeCancelsTheRunOnTheServer() throws Exception {
        assertCancels(shown -> shown.browserPage().keyboard().press("Escape"));
    }

    private void assertCancels(Consumer<WeirPage> cancel) throws Exception {
        upstream.answers(steady("more "));
        page.choose("relay");
        String task = page.browserPage()
                .waitForResponse("**/tasks/*/events", page::run)
                .url()
                .replaceFirst(".*/tasks/(\\w+)/events", "$1");
        page.awaitState("writing");
        cancel.accept(page);
        page.awaitState("stopped");

        String output = page.output();
        assertThat(client.awaitTask(task, "cancelled").get("status")).isEqualTo("cancelled");
        assertThat(upstream.awaitAbandoned()).isTrue();
        assertThat(page.output()).isEqualTo(output);
        assertThat(page.find("stop")).isHidden();
    }

    @Test
    void aPageThatIsLeftCancelsItsRun() throws Exception {
        upstream.answers(steady("more "));
        page.choose("relay");
        page.run();
        page.awaitState("writing");
        page.browserPage().navigate("about:blank");
        assertThat(upstream.awaitAbandoned()).isTrue();
    }

    /** A user misses a button that moves. Neither the growing text nor the scrolling page may move it. */
    @Test
    void theStopButtonStandsStillWhileTextGrows() {
        upstream.answers(steady("more ".repeat(5)));
        for (WeirPage shown : List.of(page, open(phone(), "#/relay"))) {
            shown.choose("relay");
            shown.script("""
                    () => {
                      window.places = new Set();
                      (function look() {
                        const stop = document.getElementById('stop');
                        if (!stop.hidden) {
                          const { left, top } = stop.getBoundingClientRect();
                          window.places.add(`${Math.round(left)} ${Math.round(top)}`);
                        }
                        requestAnimationFrame(look);
                      })();
                    }""");
            shown.run();
            shown.awaitOutputOf(3000);
            shown.stop();
            shown.awaitState("stopped");
            assertThat(shown.script("[...window.places].join('; ')").toString())
                    .as("where the button was")
                    .isNotEmpty()
                    .doesNotContain(";");
        }
    }

    /**
     * For {@code weir.soak.seconds}: the output changes at most once in an animation frame, keys are handled while chunks
     * arrive, and no chunk is lost. The upstream holds back its last chunk until the page has handled the keys.
     */
    @Test
    void fiveThousandChunksASecondLeaveThePageResponsive() {
        int bursts = Integer.getInteger("weir.soak.seconds", 2) * 100;
        AtomicInteger sent = new AtomicInteger();
        CountDownLatch handled = new CountDownLatch(1);
        upstream.answers(flood(bursts, sent, handled));
        page.choose("relay");
        page.field("Prompt").fill("Hello ");
        page.script("""
                () => {
                  window.counts = { frames: 0, updates: 0, most: 0, handled: [] };
                  const output = document.getElementById('output');
                  let updates = 0;
                  new MutationObserver(() => { counts.updates++; updates++; })
                    .observe(output, { subtree: true, childList: true, characterData: true });
                  (function frame() {
                    counts.frames++;
                    counts.most = Math.max(counts.most, updates);
                    updates = 0;
                    requestAnimationFrame(frame);
                  })();
                  addEventListener('input', () => counts.handled.push(output.textContent.length));
                }""");
        page.run();
        for (String letter : List.of("M", "a", "x")) {
            int shown = page.output().length();
            page.awaitOutputOf(shown + bursts * 50);
            page.field("Prompt").pressSequentially(letter);
        }
        page.browserPage().waitForFunction("counts.handled.length === 3");
        handled.countDown();
        page.awaitState("done");

        assertThat(page.output()).isEqualTo("more ".repeat(sent.get()) + "end");
        assertThat(page.field("Prompt")).hasValue("Hello Max");
        assertThat(page.numbers("counts.handled"))
                .as("characters shown at each key")
                .isSorted()
                .allMatch(shown -> shown > 0);
        int updates = page.number("counts.updates");
        System.out.printf(
                "5,000 chunks a second: %d chunks in %d updates of the page in %d frames%n",
                sent.get(), updates, page.number("counts.frames"));
        assertThat(page.number("counts.most")).as("updates between two frames").isLessThanOrEqualTo(2);
        assertThat(updates).as("updates").isLessThan(sent.get() / 5);
    }

    /** Sends 50 chunks each 10 ms, at least {@code bursts} times and until the latch is open; then the last chunk. */
    private static FakeUpstream.Answer flood(int bursts, AtomicInteger sent, CountDownLatch open) {
        byte[] fifty = FakeUpstream.openAi("more ").repeat(50).getBytes(UTF_8);
        return exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            long begin = System.nanoTime();
            for (int i = 0; i < bursts || open.getCount() > 0; i++) {
                LockSupport.parkNanos(begin + i * 10_000_000L - System.nanoTime());
                out.write(fifty);
                out.flush();
                sent.addAndGet(50);
            }
            out.write(FakeUpstream.openAi("end").getBytes(UTF_8));
        };
    }

    /** A stream that answers a POST would end here. The page continues at the same position, whenever the connection breaks. */
    @Test
    void aConnectionThatBreaksLosesAndDoublesNothing() throws Exception {
        BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        upstream.answers(dictated(chunks));
        try (TcpProxy proxy = new TcpProxy(port())) {
            WeirPage shown = openAt(
                    new Browser.NewContextOptions(), address().replace(":" + port(), ":" + proxy.port()) + "#/relay");
            shown.script("""
                    () => {
                      window.states = [];
                      const result = document.getElementById('result');
                      new MutationObserver(() => window.states.push(result.dataset.state))
                        .observe(result, { attributeFilter: ['data-state'] });
                    }""");
            shown.run();
            StringBuilder whole = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                for (String chunk : List.of("Once ", "upon\n", "\n", "한글 ", "a " + i)) {
                    whole.append(chunk);
                    chunks.add(chunk);
                }
                shown.awaitOutput(whole.toString());
                proxy.cut();
                for (String chunk : List.of(" lost? ", "doubled?\n")) {
                    whole.append(chunk);
                    chunks.add(chunk);
                }
            }
            shown.awaitOutput(whole.toString());
            chunks.add("");
            shown.awaitState("done");
            assertThat(shown.output()).isEqualTo(whole.toString());
            assertThat(shown.script("window.states.join(' ')").toString())
                    .contains("reconnecting")
                    .endsWith("done");
        }
    }

    @Test
    void theAddressNamesTheWorkflow() {
        page = open(new Browser.NewContextOptions(), "#/chat");
        assertThat(page.find("title")).hasText("Ask for a story");
        page.choose("relay");
        assertThat(page.browserPage()).hasTitle("Relay · Weir");
        assertThat(page.browserPage().url()).endsWith("#/relay");
        page.browserPage().goBack();
        assertThat(page.find("title")).hasText("Ask for a story");
        page.field("Message").fill("Tell me a story about a dog and a ball.");
        page.run();
        page.awaitState("done");
        assertThat(page.output()).isNotBlank().doesNotContain("<|im_");

        page = open(new Browser.NewContextOptions(), "#/nowhere");
        assertThat(page.find("notice")).containsText("nowhere");
        assertThat(page.find("title")).hasText("Tell a story");
    }

    @Test
    void aRunNeedsNothingButTheKeyboard() {
        Page keys = page.browserPage();
        keys.keyboard().press("Tab");
        assertThat(keys.getByText("Skip to the form")).isFocused();
        for (int i = 0; i < 4; i++) {
            keys.keyboard().press("Tab");
        }
        assertThat(page.field("Prompt")).isFocused();
        keys.keyboard().type("The cat sat");
        keys.keyboard().press("Control+Enter");
        page.awaitState("done");
        assertThat(page.output()).isNotBlank();
    }

    @Test
    void aRefusalIsShownWhereTheOutputWouldBe() throws IOException {
        page.field("Prompt").fill("Once upon a time ".repeat(200));
        page.run();
        page.awaitState("failed");
        assertThat(page.output()).isEmpty();
        assertThat(page.find("sheet").locator("#problem-detail")).containsText("512");
        assertThat(page.find("problem-hint")).containsText("Task 01");
        assertAccessible(page);
    }

    @Test
    void anErrorInTheStreamKeepsTheTextBeforeIt() {
        upstream.answers(FakeUpstream.events(
                FakeUpstream.openAi("Once upon a time there was a little dog who"),
                "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        page.choose("relay");
        page.run();
        page.awaitState("failed");
        assertThat(page.output()).isEqualTo("Once upon a time there was a little dog who");
        assertThat(page.find("problem-detail")).containsText("overloaded");
        assertThat(page.find("progress")).hasText("Not complete");
        photograph(page, "error");
    }

    @Test
    void textOfAModelIsNeverHtml() {
        String markup = "<b>bold</b> <img src=x onerror=\"window.harmed=1\"> <script>window.harmed=1</script> &amp;";
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("<b>bold"), FakeUpstream.openAi(markup.substring(7))));
        page.choose("relay");
        page.run();
        page.awaitState("done");
        assertThat(page.output()).isEqualTo(markup);
        assertThat(page.find("output").locator("img, script, b")).hasCount(0);
        assertThat(page.script("window.harmed")).isNull();
    }

    @Test
    void aPhoneScrollsOnlyDownwards() throws IOException {
        page = open(phone(), "#/relay");
        assertNoSidewaysScroll(page);
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("unbroken".repeat(50))));
        page.field("Prompt").fill("https://example.com/" + "unbroken".repeat(20));
        page.run();
        page.awaitState("done");
        assertNoSidewaysScroll(page);
        assertAccessible(page);
        upstream.answers(FakeUpstream.whole(400, "text/plain", "unbroken".repeat(50)));
        page.run();
        page.awaitState("failed");
        assertNoSidewaysScroll(page);
    }

    @Test
    void thePagesAreLegibleByDayAndByNight() throws IOException {
        BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        upstream.answers(dictated(chunks));
        WeirPage dark = open(
                new Browser.NewContextOptions().setViewportSize(1440, 900).setColorScheme(ColorScheme.DARK), "#/story");
        page.choose("relay");
        page.field("Prompt").fill("Tell me a story about a dog.");
        page.run();
        String text =
                "Once upon a time there was a little dog named Max. Max liked to run in the park and to play with "
                        + "his red ball. One day he saw a big tree, and under the tree sat a girl who was very sad.\n\n"
                        + "\"Why are you sad?\" asked Max. \"I lost my hat,\" said the girl. \"The wind";
        for (String word : text.split("(?= )", -1)) {
            chunks.add(word);
        }
        page.awaitOutput(text);
        assertAccessible(page);
        photograph(page, "streaming");
        page.stop();

        dark.field("Prompt").fill("Once upon a time");
        dark.run();
        dark.awaitState("done");
        assertAccessible(dark);
        photograph(dark, "dark");
        String background = "getComputedStyle(document.body).backgroundColor";
        assertThat(dark.script(background)).isNotEqualTo(page.script(background));
    }

    @Test
    void aReaderOfKoreanReadsKorean() throws IOException {
        page = open(new Browser.NewContextOptions().setLocale("ko-KR"), "");
        assertThat(page.find("run")).hasText("실행");
        assertThat(page.browserPage().locator("html")).hasAttribute("lang", "ko");
        assertAccessible(page);
    }

    @Test
    void runsOfTheSessionAreKept() {
        page.choose("relay");
        for (String text : List.of("First.", "Second.")) {
            upstream.answers(FakeUpstream.events(FakeUpstream.openAi(text)));
            page.field("Prompt").fill("Say " + text);
            page.run();
            page.awaitOutput(text);
            page.awaitState("done");
        }
        assertThat(page.find("runs").locator("button")).hasCount(2);
        page.find("runs").getByText("Say First.").click();
        page.awaitOutput("First.");
        page.find("runs").getByText("Say Second.").click();
        page.awaitOutput("Second.");
    }

    @Test
    void theOutputAndTheSameRunForOtherClientsAreCopied() {
        page = open(
                new Browser.NewContextOptions().setPermissions(List.of("clipboard-read", "clipboard-write")),
                "#/relay");
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("Once"), FakeUpstream.openAi(" upon")));
        page.field("Prompt").fill("It's");
        page.run();
        page.awaitState("done");
        assertThat(copied("copy-output")).isEqualTo("Once upon");
        assertThat(copied("copy-curl"))
                .startsWith("curl -N -X POST '" + address() + API + "/workflows/runs'")
                .contains("\"workflow_id\":\"relay\"", "\"prompt\":\"It'\\''s\"", "\"output_only\":true");

        String script = copied("copy-fetch");
        page.script("async () => { window.printed = []; const console = { log: (text) => window.printed.push(text) };"
                + script + "}");
        assertThat(page.script("window.printed.join('')")).isEqualTo("data: Once\n\ndata:  upon\n\n");
    }

    private String copied(String button) {
        page.script("navigator.clipboard.writeText('')");
        page.find(button).click();
        page.browserPage().waitForFunction("async () => (await navigator.clipboard.readText()) !== ''");
        return (String) page.script("navigator.clipboard.readText()");
    }

    @Test
    void theEndIsInSightAfterAFastStream() {
        String[] lines = Collections.nCopies(5000, FakeUpstream.openAi("one more line\n"))
                .toArray(String[]::new);
        for (WeirPage shown : List.of(page, open(phone(), "#/relay"))) {
            upstream.answers(FakeUpstream.events(lines));
            shown.choose("relay");
            shown.run();
            shown.awaitState("done");
            assertThat(shown.number(BELOW)).as("pixels below the edge").isLessThanOrEqualTo(0);
        }
        upstream.answers(FakeUpstream.events(
                String.join("", lines), "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"));
        page.run();
        page.awaitState("failed");
        assertThat(page.number(BELOW)).as("pixels below the edge").isLessThanOrEqualTo(0);
    }

    /** Pixels of the output that lie below the sheet's edge, where the sheet scrolls, or else below the window's. */
    private static final String BELOW = """
            () => {
              const sheet = document.getElementById('sheet');
              return Math.floor(matchMedia('(min-width: 64rem)').matches
                ? sheet.scrollHeight - sheet.clientHeight - sheet.scrollTop
                : sheet.getBoundingClientRect().bottom - innerHeight);
            }""";

    @Test
    void aReaderWhoScrolledUpStaysThereWhenTheRunEnds() {
        BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        upstream.answers(dictated(chunks));
        page.choose("relay");
        page.run();
        String lines = "one more line\n".repeat(500);
        chunks.add(lines);
        page.awaitOutput(lines);
        page.browserPage().waitForFunction("document.getElementById('sheet').scrollTop > 0");
        page.script("document.getElementById('sheet').scrollTop = 0");
        chunks.add("end");
        chunks.add("");
        page.awaitState("done");
        assertThat(page.output()).isEqualTo(lines + "end");
        assertThat(page.number("document.getElementById('sheet').scrollTop")).isZero();
    }

    @Test
    void theOutputsHeadNamesTheWorkflowOfItsRun() {
        BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        upstream.answers(dictated(chunks));
        page.choose("relay");
        page.run();
        chunks.add("Once");
        page.awaitOutput("Once");
        page.choose("story");
        assertThat(page.find("title")).hasText("Tell a story");
        assertThat(page.find("result-title")).hasText("Output · Relay");
        page.browserPage().goBack();
        assertThat(page.find("result-title")).hasText("Output · Relay");
        chunks.add("");
        page.awaitState("done");
        assertThat(page.find("result-title")).hasText("Output · Relay");
    }

    /** The handler of the guide, with the class that receives its options. */
    @Test
    void theGuidesEventSourceHandlerWorks() {
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi("Once\n"), FakeUpstream.openAi(" upon")));
        Object text = page.script("""
                async () => {
                  const { WorkflowEventSource } = await import(new URL('weir-client.js', document.baseURI));
                  let text = '';
                  const eventSource = new WorkflowEventSource('v1/workflows/runs', {
                    method: 'POST',
                    headers: { 'Content-Type': 'application/json' },
                    body: JSON.stringify({
                      workflow_id: 'relay',
                      input: { prompt: 'Hello' },
                      output_only: true,
                      wait_for_completion: true,
                    }),
                  });
                  eventSource.onmessage = (event) => { text += event.data; };
                  eventSource.onerror = (error) => { text += 'failed'; eventSource.close(); };
                  await new Promise((resolve) => { eventSource.onend = resolve; });
                  return text;
                }""");
        assertThat(text).isEqualTo("Once\n upon");
    }

    @Test
    void whatStillLoadsIsShownUntilItIsThere() throws IOException {
        AtomicBoolean loading = new AtomicBoolean(true);
        Page loaded = page.browserPage();
        loaded.route("**/health", route -> {
            if (loading.get()) {
                route.fulfill(
                        new Route.FulfillOptions()
                                .setStatus(503)
                                .setContentType("application/problem+json")
                                .setBody(
                                        "{\"title\":\"Not ready\",\"status\":503,\"detail\":\"loading: a\",\"loading\":[{\"component\":\"teller\",\"file\":\"model.onnx\",\"percent\":40}]}"));
            } else {
                route.resume();
            }
        });
        loaded.reload();
        assertThat(page.find("notice")).containsText("teller · model.onnx 40 %");
        assertThat(page.find("status")).hasText("Not ready");
        assertAccessible(page);
        photograph(page, "loading");
        loading.set(false);
        page.awaitReady();
        assertThat(page.find("notice")).isHidden();
    }

    /** Answers with 200 chunks of {@code text} a second until the client disconnects. */
    private static FakeUpstream.Answer steady(String text) {
        byte[] chunk = FakeUpstream.openAi(text).getBytes(UTF_8);
        return exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            while (!Thread.currentThread().isInterrupted()) {
                out.write(chunk);
                out.flush();
                LockSupport.parkNanos(5_000_000);
            }
        };
    }

    /** Answers with each chunk as soon as the test provides it; an empty chunk ends the stream. */
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
