package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests of a deployed page in a real browser, each with its own profile. In every test the page logs no error on its console,
 * contacts no other host, and leaves a screenshot in {@code target/it/page}.
 */
@EnabledIf(value = "dev.weir.it.Chromium#isInstalled", disabledReason = Chromium.MISSING)
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Timeout(180)
abstract class BrowserTest {
    /** The path of the API, below the page. */
    static final String API = "v1";

    private static final String LOOPBACK = "127.0.0.1";
    private static final Path PICTURES = Path.of("target", "it", "page");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private static Chromium chromium;

    @ArquillianResource
    private URL base;

    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    WeirClient client;
    WeirPage page;

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void endBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void openThePage() throws Exception {
        client = new WeirClient(base, API);
        client.awaitReady();
        page = open(new Browser.NewContextOptions().setViewportSize(1440, 900), "");
    }

    @AfterEach
    void photographAndLookBack(TestInfo test) {
        page.browserPage()
                .screenshot(new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(
                                test.getTestMethod().orElseThrow().getName() + ".png")));
        contexts.forEach(BrowserContext::close);
        assertThat(errors)
                .as("errors on the console, but for the browser's own note of a request that failed")
                .allMatch(error -> error.startsWith("Failed to load resource"));
        assertThat(hosts).as("hosts that were asked").allMatch(host -> host.equals(LOOPBACK));
    }

    /** The page in a new profile. */
    WeirPage open(Browser.NewContextOptions profile, String fragment) {
        return openAt(profile, address() + fragment);
    }

    WeirPage openAt(Browser.NewContextOptions profile, String address) {
        BrowserContext context = chromium.browser().newContext(profile);
        contexts.add(context);
        context.onRequest(request -> {
            URI asked = URI.create(request.url());
            if (asked.getHost() != null) {
                hosts.add(asked.getHost());
            }
        });
        Page opened = context.newPage();
        opened.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                errors.add(message.text());
            }
        });
        opened.onPageError(error -> errors.add("uncaught: " + error));
        WeirPage weir = new WeirPage(opened);
        weir.open(address);
        return weir;
    }

    String address() {
        return "http://" + LOOPBACK + ":" + base.getPort() + base.getPath();
    }

    int port() {
        return base.getPort();
    }

    Browser browser() {
        return chromium.browser();
    }

    /** A phone with a width of 360 pixels. */
    static Browser.NewContextOptions phone() {
        return new Browser.NewContextOptions()
                .setViewportSize(360, 740)
                .setDeviceScaleFactor(2)
                .setIsMobile(true)
                .setHasTouch(true);
    }

    /** Takes a screenshot for review and for the README. */
    static void photograph(WeirPage shown, String name) {
        shown.browserPage().screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    /** Asserts that the rules of axe-core find no barrier on the page. */
    static void assertAccessible(WeirPage shown) throws IOException {
        try (InputStream script = BrowserTest.class.getResourceAsStream("/axe.min.js")) {
            shown.script(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object found = shown.script("""
                async () => {
                  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
                  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
                }""");
        assertThat((List<?>) found).as("violations").isEmpty();
    }

    static void assertNoSidewaysScroll(WeirPage shown) {
        Object sideways = shown.script(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth || scrollX !== 0");
        assertThat(sideways).as("it scrolls sideways").isEqualTo(false);
    }
}
