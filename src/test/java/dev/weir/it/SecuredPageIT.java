package dev.weir.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import dev.weir.component.http.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The page of a server that requires a key. */
class SecuredPageIT extends BrowserTest {
    private static final Path FILE = Path.of("target", "it", "secured-page", "model-compose.yml");
    private static final String ALICE = "alice-0123456789abcdef";
    private static final String BOB = "bob-0123456789abcdef";
    private static FakeUpstream upstream;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        upstream = new FakeUpstream(FakeUpstream.events(FakeUpstream.openAi("Once"), FakeUpstream.openAi(" upon")));
        Wars.relay(FILE, "secured-page.yml", upstream);
        Files.writeString(FILE.resolveSibling(".env"), "ALICE_KEY=" + ALICE + "\nBOB_KEY=" + BOB + "\n");
        return Wars.configured(FILE);
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    private static void unlock(WeirPage shown, String key) {
        shown.find("key").fill(key);
        shown.find("door").locator("button").click();
    }

    @Test
    void aKeyOpensThePageForItsTab() {
        assertThat(page.find("door")).isVisible();
        assertThat(page.find("workbench")).isHidden();
        unlock(page, "wrong-0123456789abcdef");
        assertThat(page.find("key-error")).hasText("The server does not accept this key: enter a valid key.");

        unlock(page, ALICE);
        page.awaitReady();
        assertThat(page.find("door")).isHidden();
        page.choose("chat");
        page.run();
        page.awaitState("done");
        assertThat(page.output()).isEqualTo("Once upon");

        page.open(address());
        page.awaitReady();
        assertThat(page.find("door")).isHidden();
        assertThat(page.find("workflows").locator("a")).hasCount(2);
        assertThat(open(new Browser.NewContextOptions(), "").find("door")).isVisible();
    }

    @Test
    void whoMayRunLessSeesLess() {
        unlock(page, BOB);
        page.awaitReady();

        assertThat(page.find("navigation")).isHidden();
        assertThat(page.find("title")).hasText("Chat");
    }

    @Test
    void theKeyStandsNowhereOnThePage() {
        unlock(page, ALICE);
        page.awaitReady();
        page.choose("chat");
        page.script("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not here')); }");
        page.find("copy-curl").click();

        assertThat(page.find("command")).containsText("-H \"Authorization: Bearer $WEIR_KEY\"");
        assertThat((String) page.script("document.documentElement.outerHTML")).doesNotContain(ALICE);
        assertThat((String) page.script("document.getElementById('key').value")).isEmpty();
        assertThat((String) page.script("location.href + document.cookie")).doesNotContain(ALICE);
    }

    @Test
    void theDoorIsForEveryone() throws IOException {
        assertAccessible(page);
        photograph(page, "locked");
        WeirPage korean = open(phone().setLocale("ko-KR"), "");
        assertThat(korean.find("door")).containsText("이 서버는 키를 요구합니다");
        assertNoSidewaysScroll(korean);
        assertAccessible(korean);
    }
}
