package dev.weir.it;

import java.io.File;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.remote.http.ClientConfig;

/** The Chromium of this machine, if it has one: on the PATH, or where {@code weir.chromium} and {@code weir.chromedriver} say. */
final class Chromium {
    static final String MISSING =
            "no chromium with chromedriver on the PATH, nor named by -Dweir.chromium and -Dweir.chromedriver";

    private Chromium() {}

    static boolean isInstalled() {
        return executable("chromium").isPresent() && executable("chromedriver").isPresent();
    }

    /** Starts it without a window and with an empty profile, which chromedriver makes and deletes. */
    static ChromeDriver start() {
        ChromeOptions options = new ChromeOptions()
                .setBinary(executable("chromium").orElseThrow())
                .addArguments(
                        "--headless=new",
                        // Its sandbox refuses root, who runs the builds in containers.
                        "--no-sandbox",
                        "--disable-dev-shm-usage",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--window-size=1100,1000");
        options.setCapability(ChromeOptions.LOGGING_PREFS, Map.of(LogType.BROWSER, "ALL", LogType.PERFORMANCE, "ALL"));
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(executable("chromedriver").orElseThrow())
                .usingAnyFreePort()
                .build();
        // A page that hangs fails its test, rather than holding the build for the three minutes of the default.
        return new ChromeDriver(service, options, ClientConfig.defaultConfig().readTimeout(Duration.ofSeconds(30)));
    }

    private static Optional<File> executable(String name) {
        return Program.first(name).map(program -> program.executable().toFile());
    }
}
