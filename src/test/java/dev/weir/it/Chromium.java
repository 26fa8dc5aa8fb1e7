package dev.weir.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Chromium of this machine, if there is one: on the PATH, or at the path of {@code weir.chromium}. */
final class Chromium implements AutoCloseable {
    static final String MISSING = "no chromium on the PATH, nor named by -Dweir.chromium: the page was not tested";

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static boolean isInstalled() {
        return executable().isPresent();
    }

    /** Starts Chromium without a window. */
    static Chromium start() {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable().orElseThrow())
                        // Chromium's sandbox refuses root, which runs the builds in containers.
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
        return new Chromium(playwright, browser);
    }

    Browser browser() {
        return browser;
    }

    private static Optional<Path> executable() {
        return NAMES.stream().flatMap(Program::named).map(Program::executable).findFirst();
    }

    @Override
    public void close() {
        playwright.close();
    }
}
