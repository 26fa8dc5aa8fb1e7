package dev.weir.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.FilePayload;
import dev.weir.component.http.FakeUpstream;
import dev.weir.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every kind of input and of output on the page, and how its files are served. */
class PageFormsIT extends BrowserTest {
    private static final Path FILE = Path.of("target", "it", "forms", "model-compose.yml");
    private static final String CONFIGURATION = """
            controller:
              base_path: /v1
              webui:
                driver: gradio
            workflows:
              - id: inputs
                title: All kinds of inputs
                default: true
                component: upstream
                action: values
                output: ${output}
              - id: article
                title: Write an article
                description: A draft in Markdown, with headings and tables.
                component: upstream
                action: text
                input:
                  topic: ${input.topic as text | weirs}
                output: ${output as markdown;sse-text}
              - id: objects
                title: Watch tool calls
                component: upstream
                action: objects
                input: {}
                output: ${output as text;sse-json}
              - id: picture
                title: Draw
                component: upstream
                action: picture
                input: {}
                output:
                  caption: ${output.caption as text}
                  picture: ${output.picture as image/png;base64}
            components:
              - id: upstream
                type: http-client
                base_url: %s
                actions:
                  - id: values
                    path: /values
                    body:
                      line: ${input.line as string}
                      prompt: ${input.prompt as text | Once upon a time @(description What it is about)}
                      size: ${input.size as select/small,medium,large | medium}
                      level: ${input.level as slider/0,10,0.5 | 5}
                      count: ${input.count as integer}
                      ratio: ${input.ratio as number | 0.25}
                      loud: ${input.loud as boolean | true}
                      photo: ${input.photo as image/png;base64 | none}
                      options: ${input.options as json | {}}
                    output: ${response}
                  - id: text
                    path: /text
                    body: {topic: '${input.topic}'}
                    stream_format: json
                    output: ${response[].choices[0].delta.content}
                  - id: objects
                    path: /objects
                    body: {}
                    stream_format: json
                    output: ${response[]}
                  - id: picture
                    path: /picture
                    body: {}
                    output: ${response}
            """;

    /** An image of one red pixel. */
    private static final byte[] PNG = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    private static FakeUpstream upstream;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(
                FakeUpstream.whole(200, "application/json", "{\"ok\":true,\"list\":[1,{\"a\":null}]}"));
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, CONFIGURATION.formatted(upstream.url()));
        return Wars.configured(FILE);
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @BeforeEach
    void forgetOtherTests() throws InterruptedException {
        upstream.forgetRequests();
        upstream.answers(FakeUpstream.whole(200, "application/json", "{\"ok\":true,\"list\":[1,{\"a\":null}]}"));
    }

    private void fillWhatIsRequired() {
        page.field("Line").fill("a line");
        page.field("Count").fill("7");
    }

    private Map<?, ?> received() throws InterruptedException {
        return (Map<?, ?>) Json.parse(upstream.request().body());
    }

    @Test
    void inputsArriveWithTheirTypes() throws Exception {
        fillWhatIsRequired();
        page.field("Size").selectOption("large");
        page.field("Level").fill("7.5");
        page.field("Ratio").fill("-1e-3");
        page.field("Loud").uncheck();
        page.field("Photo").setInputFiles(new FilePayload("pixel.png", "image/png", PNG));
        page.field("Options").fill("{\"deep\": [1, \"2\"]}");
        assertThat(page.browserPage().getByText("pixel.png")).isVisible();
        page.run();
        page.awaitState("done");

        Map<?, ?> body = received();
        assertThat(body.get("line")).isEqualTo("a line");
        assertThat(body.get("prompt")).isEqualTo("Once upon a time");
        assertThat(body.get("size")).isEqualTo("large");
        assertThat(((Number) body.get("level")).doubleValue()).isEqualTo(7.5);
        assertThat(((Number) body.get("count")).longValue()).isEqualTo(7);
        assertThat(((Number) body.get("ratio")).doubleValue()).isEqualTo(-0.001);
        assertThat(body.get("loud")).isEqualTo(false);
        assertThat(body.get("photo")).isEqualTo(Base64.getEncoder().encodeToString(PNG));
        assertThat(Json.write(body.get("options"))).isEqualTo("{\"deep\":[1,\"2\"]}");
        assertThat(page.output()).contains("ok: true", "{\"a\":null}");
    }

    @Test
    void defaultsStandInTheForm() throws Exception {
        assertThat(page.field("Prompt")).hasValue("Once upon a time");
        assertThat(page.browserPage().getByText("What it is about")).isVisible();
        assertThat(page.field("Size")).hasValue("medium");
        assertThat(page.field("Level")).hasValue("5");
        assertThat(page.field("Ratio")).hasValue("0.25");
        assertThat(page.field("Loud")).isChecked();
        assertThat(page.field("Line")).hasAttribute("aria-required", "true");
        assertThat(page.field("Prompt")).not().hasAttribute("aria-required", "true");
        fillWhatIsRequired();
        page.run();
        page.awaitState("done");
        Map<?, ?> body = received();
        assertThat(body.get("loud")).isEqualTo(true);
        assertThat(body.get("photo")).isEqualTo("none");
    }

    @Test
    void whatIsMissingOrWrongIsToldAtItsFieldAndNothingIsRun() throws IOException {
        List<String> posts = new ArrayList<>();
        page.browserPage().onRequest(request -> {
            if (request.method().equals("POST")) {
                posts.add(request.url());
            }
        });
        page.field("Count").fill("many");
        page.field("Ratio").fill("half");
        page.field("Options").fill("{\"open\": ");
        page.run();
        assertError(page.field("Line"), "required");
        assertError(page.field("Count"), "whole number");
        assertError(page.field("Ratio"), "number");
        assertError(page.field("Options"), "The value is not valid JSON");
        assertThat(page.field("Line")).isFocused();
        assertAccessible(page);
        page.field("Count").fill("8");
        assertThat(page.field("Count")).not().hasAttribute("aria-invalid", "true");
        assertThat(posts).isEmpty();
        assertThat(page.state()).isEqualTo("idle");
    }

    @Test
    void whatTheServerRefusesIsToldAtItsField() {
        fillWhatIsRequired();
        page.script("() => { document.querySelector('input[type=range]').max = 100; }");
        page.field("Level").fill("50");
        page.run();
        assertError(page.field("Level"), "from 0 to 10");
        assertThat(page.field("Level")).isFocused();
        assertThat(page.state()).isEqualTo("idle");
        page.field("Level").fill("9");
        page.run();
        page.awaitState("done");

        String output = page.output();
        page.field("Level").fill("50");
        page.run();
        assertError(page.field("Level"), "from 0 to 10");
        assertThat(page.state()).isEqualTo("idle");
        assertThat(page.output()).as("output beside refused inputs").isEmpty();
        page.find("runs").locator("button").click();
        assertThat(page.output()).isNotEmpty().isEqualTo(output);
        assertThat(page.state()).isEqualTo("done");
    }

    private static void assertError(Locator field, String text) {
        assertThat(field).hasAttribute("aria-invalid", "true");
        Locator error = field.page().locator("#" + field.getAttribute("id") + "-error");
        assertThat(error).isVisible();
        assertThat(error).containsText(text);
        assertThat(field.getAttribute("aria-describedby")).contains(error.getAttribute("id"));
    }

    @Test
    void markdownIsFormattedWhileItStreamsAndItsHtmlStaysText() throws IOException {
        String markdown = """
                # Rivers and weirs

                A **weir** is a low barrier across a river. It *raises* the water upstream.

                <img src=x onerror="window.harmed=1">

                - Keeping a river navigable
                - Measuring its flow
                  - with a V-notch &amp; a gauge
                - [the handbook](https://example.org/weirs), [not this](javascript:window.harmed=1)

                | kind | accuracy |
                |---|:-:|
                | V-notch | high |

                ![a picture](https://example.org/weir.png)

                ```python
                def discharge(head, width):
                    return 1.84 * width * head ** 1.5
                ```

                > Water always finds its way.
                """;
        upstream.answers(exchange -> {
            OutputStream out = FakeUpstream.begin(exchange, "text/event-stream");
            for (int i = 0; i < markdown.length(); i += 3) {
                String piece = markdown.substring(i, Math.min(markdown.length(), i + 3));
                out.write(FakeUpstream.openAi(piece).getBytes(UTF_8));
                out.flush();
            }
        });
        page.choose("article");
        page.run();
        page.awaitState("done");

        Locator shown = page.find("output").locator(".markdown");
        assertThat(shown.locator("h3")).hasText("Rivers and weirs");
        assertThat(shown.locator("strong")).hasText("weir");
        assertThat(shown.locator("em")).hasText("raises");
        assertThat(shown.locator("ul ul li")).hasText("with a V-notch & a gauge");
        assertThat(shown.locator("td").first()).hasText("V-notch");
        assertThat(shown.locator("pre code"))
                .hasText("def discharge(head, width):\n    return 1.84 * width * head ** 1.5");
        assertThat(shown.locator("blockquote")).hasText("Water always finds its way.");
        assertThat(shown.locator("a")).hasCount(2);
        assertThat(shown.locator("img")).hasCount(0);
        assertThat(shown).containsText("<img src=x onerror=\"window.harmed=1\">");
        assertThat(page.script("window.harmed")).isNull();
        assertAccessible(page);
        photograph(page, "markdown");

        page.browserPage().getByLabel("Source").check();
        assertThat(shown).isHidden();
        assertThat(page.script("document.querySelector('.source').textContent")).isEqualTo(markdown);
    }

    /** Markdown that is rendered after every character ends with the same result as Markdown that is rendered once. */
    @Test
    void markdownIsTheSameHoweverItIsCut() {
        String script = """
                async (text) => {
                  const { MarkdownView } = await import(new URL('markdown.js', location).href);
                  let now = 0;
                  performance.now = () => now;
                  const once = document.createElement('div');
                  const whole = new MarkdownView(once);
                  whole.append(text);
                  whole.render(true);
                  const often = document.createElement('div');
                  const grown = new MarkdownView(often);
                  for (let i = 0; i < text.length; i++) {
                    now += 1000;
                    grown.append(text[i]);
                    grown.render(i === text.length - 1);
                  }
                  return [once.innerHTML, often.innerHTML];
                }""";
        for (String text : List.of(
                "- Keeping a river navigable\n- Measuring its flow\n  - with a V-notch\n  - with a gauge\n- [a](https://a.example)\n\nEnd.",
                "1. one\n2. two\n   - three\n\n   four\n3. five\n\nsix\n\n* seven\n",
                "# Head\r\n\r\nText\r\n- a\r\n  - b\r\n\r\nEnd\rof lines",
                "Head\n====\n\n> a\n> - b\n>   - c\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n- x\n  - y\n```\n\n---\n\n- [ ] task\n- [x] done\n",
                "- \n- a\n\n\n  b  \n   \nc  \nd")) {
            List<?> shown = (List<?>) page.browserPage().evaluate(script, text);
            assertThat(shown.get(1)).as(text).isEqualTo(shown.get(0));
        }
    }

    /** The page's thread stays free, and a text that the parser cannot take is shown as it is. */
    @Test
    void markdownThatNoParserTakesIsShownAsText() {
        for (String text : List.of(
                ">".repeat(30_000),
                "1. ".repeat(30_000),
                "_a__".repeat(100_000),
                "~a~~ ".repeat(100_000),
                "a*".repeat(100_000),
                "[".repeat(100_000))) {
            upstream.answers(FakeUpstream.events(FakeUpstream.openAi(text)));
            page.choose("article");
            page.run();
            page.awaitState("done");
            assertThat(page.find("output").locator(".markdown"))
                    .hasText(text.strip(), new LocatorAssertions.HasTextOptions().setTimeout(20_000));
        }
    }

    /** Only a text that the output may continue is shown before it. */
    @Test
    void aChosenValueIsNotTheBeginningOfTheOutput() {
        upstream.answers(FakeUpstream.events(FakeUpstream.openAi(" t0"), FakeUpstream.openAi(" t1")));
        page.choose("article");
        page.field("Topic").fill("err");
        page.run();
        page.awaitState("done");
        assertThat(page.find("output").locator(".lead")).hasCount(0);
    }

    @Test
    void objectsAreShownAsTheyCome() throws IOException {
        upstream.answers(FakeUpstream.events(
                "data: {\"type\":\"tool_call\",\"arguments\":{\"query\":\"weirs of Kent\",\"limit\":3}}\n\n",
                "data: {\"type\":\"result\",\"items\":[{\"title\":\"Allington\",\"note\":\"<b>listed</b>\",\"long\":\""
                        + "x".repeat(80) + "\"}]}\n\n",
                "data: \"and text\"\n\n"));
        page.choose("objects");
        page.run();
        page.awaitState("done");
        assertThat(page.find("output").locator(".value")).hasCount(2);
        assertThat(page.find("output")).containsText("query");
        assertThat(page.find("output")).containsText("<b>listed</b>");
        assertThat(page.find("output").locator(".text")).hasText("and text");
        assertAccessible(page);
    }

    @Test
    void aPictureIsShownWithItsCaption() throws IOException {
        upstream.answers(FakeUpstream.whole(
                200,
                "application/json",
                "{\"caption\":\"A red pixel\",\"picture\":\""
                        + Base64.getEncoder().encodeToString(PNG) + "\"}"));
        page.choose("picture");
        page.run();
        page.awaitState("done");
        page.browserPage().waitForFunction("document.querySelector('#output img')?.naturalWidth === 1");
        assertThat(page.find("output")).containsText("A red pixel");
        assertAccessible(page);
    }

    @Test
    void theFormFitsAPhoneAndEveryoneCanUseIt() throws IOException {
        assertAccessible(page);
        page = open(phone(), "");
        assertNoSidewaysScroll(page);
        assertAccessible(page);
        photograph(page, "phone");
        page = open(new Browser.NewContextOptions().setViewportSize(700, 900), "");
        assertNoSidewaysScroll(page);
    }

    @Test
    void filesOfThePageAreKeptByTheirTagAndNothingElseIsServed() throws Exception {
        for (String file :
                List.of("", "index.html", "app.js", "weir.css", "favicon.svg", "base.js", "weir-client.d.ts")) {
            HttpResponse<String> response = client.get(file);
            assertThat(response.statusCode()).as(file).isEqualTo(200);
            assertThat(header(response, "Content-Security-Policy"))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe", "http");
            assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
            String tag = header(response, "ETag");
            assertThat(tag).matches("\"[0-9a-f]{24}\"");
            HttpResponse<String> again = client.request("GET", file, "If-None-Match", "\"other\", W/" + tag);
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(header(again, "ETag")).isEqualTo(tag);
        }
        assertThat(header(client.get("app.js"), "Content-Type")).startsWith("text/javascript");
        assertThat(header(client.get("weir-client.js"), "Access-Control-Allow-Origin"))
                .isEqualTo("*");
        assertThat(header(client.get("app.js"), "Access-Control-Allow-Origin")).isEmpty();
        for (String other :
                List.of("WEB-INF/beans.xml", "web-inf/beans.xml", "nothing.js", "META-INF/MANIFEST.MF", "vendor/")) {
            assertThat(client.get(other).statusCode()).as(other).isEqualTo(404);
        }
        assertThat(client.request("HEAD", "app.js").body()).isEmpty();
        assertThat(client.request("HEAD", "app.js").statusCode()).isEqualTo(200);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
