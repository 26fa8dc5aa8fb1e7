package dev.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openqa.selenium.support.ui.ExpectedConditions.attributeToBe;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page of one deployed WAR, as a user sees it. */
final class WeirPage {
    private static final Pattern TASK_ID = Pattern.compile("\"X-Task-Id\":\"(\\w+)\"", Pattern.CASE_INSENSITIVE);

    private final ChromeDriver driver;

    WeirPage(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Loads it anew, in a window for a desk, and waits until it offers something to run. */
    void open(URL base) {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.get(base.toString());
        await(attributeToBe(By.id("status"), "data-state", "ready"));
    }

    /** From now on it is as wide as a small phone. */
    void shrinkToPhone() {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", true));
    }

    void choose(String workflow) {
        find("workflows")
                .findElement(By.xpath(".//label[input/@value='" + workflow + "']"))
                .click();
    }

    void enter(String text) {
        WebElement prompt = find("prompt");
        prompt.clear();
        prompt.sendKeys(text);
    }

    /** What {@link #enter} does, as fast for a long text. */
    void paste(String text) {
        script("arguments[0].value = arguments[1]", find("prompt"), text);
    }

    void pressControlEnter() {
        find("prompt").sendKeys(Keys.chord(Keys.CONTROL, Keys.ENTER));
    }

    void click(String id) {
        find(id).click();
    }

    boolean shows(String id) {
        return find(id).isDisplayed();
    }

    String text(String id) {
        return find(id).getText();
    }

    String state() {
        return find("result").getDomAttribute("data-state");
    }

    /** The output to the last space, which {@link #text} would trim. */
    String output() {
        return find("output").getDomProperty("textContent");
    }

    /** Waits until the run is in that state; a run that ended in another one fails at once. */
    void awaitState(String state) {
        await(page -> {
            String now = state();
            if (!now.equals(state)) {
                assertThat(now).as(text("problem")).isIn("waiting", "writing");
            }
            return now.equals(state);
        });
    }

    void awaitOutput(String text) {
        await(page -> output().equals(text));
    }

    /** Waits until the output has that many characters. */
    void awaitOutputOf(int characters) {
        await(page -> output().length() >= characters);
    }

    private void await(ExpectedCondition<Boolean> condition) {
        new WebDriverWait(driver, Duration.ofSeconds(30), Duration.ofMillis(20)).until(condition);
    }

    /** The answer of an expression in the page. */
    Object script(String javaScript, Object... arguments) {
        return driver.executeScript(javaScript, arguments);
    }

    /** The id of the last run that was answered since this was last asked: the page hides it, the network does not. */
    String taskId() {
        String id = "";
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            Matcher header = TASK_ID.matcher(entry.getMessage());
            if (header.find()) {
                id = header.group(1);
            }
        }
        return id;
    }

    /** The errors on the console since this was last asked: of scripts, of the content security policy, of requests. */
    List<String> consoleErrors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    void photograph(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    private WebElement find(String id) {
        return driver.findElement(By.id(id));
    }
}
