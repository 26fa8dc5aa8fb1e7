package dev.weir.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.List;
import java.util.regex.Pattern;

/** The page of one deployed WAR, as a user sees it. */
final class WeirPage {
    /** The longest wait for a run on a busy machine. */
    private static final double PATIENCE_MILLIS = 30_000;

    private final Page page;

    WeirPage(Page page) {
        this.page = page;
        page.setDefaultTimeout(PATIENCE_MILLIS);
    }

    /** Loads the page and waits until it offers a workflow, or asks for a key. */
    void open(String address) {
        page.navigate("about:blank");
        page.navigate(address);
        page.waitForFunction(
                "() => document.getElementById('status')?.dataset.state === 'ready'"
                        + " || document.getElementById('door')?.hidden === false",
                null,
                new Page.WaitForFunctionOptions().setTimeout(PATIENCE_MILLIS));
    }

    void awaitReady() {
        awaitAttribute(page.locator("#status"), "data-state", "ready");
    }

    Page browserPage() {
        return page;
    }

    Locator find(String id) {
        return page.locator("#" + id);
    }

    /** The control with this label. */
    Locator field(String label) {
        return page.getByLabel(Pattern.compile("^" + label + "\\b")).first();
    }

    void choose(String workflow) {
        page.locator("#workflows a[data-workflow='" + workflow + "']").click();
        assertThat(page.locator("#workflows a[aria-current]")).hasAttribute("data-workflow", workflow);
    }

    void run() {
        find("run").click();
    }

    void stop() {
        find("stop").click();
    }

    String text(String id) {
        return find(id).innerText();
    }

    String state() {
        return find("result").getAttribute("data-state");
    }

    /** The whole output, trailing spaces and line breaks included. */
    String output() {
        return (String) script("document.querySelector('#output')?.textContent ?? ''");
    }

    /** Waits until the run is in that state. A run that ended in another state fails at once. */
    void awaitState(String state) {
        page.waitForFunction(
                "state => [state, 'done', 'stopped', 'failed'].includes(document.getElementById('result').dataset.state)",
                state,
                new Page.WaitForFunctionOptions().setTimeout(PATIENCE_MILLIS));
        if (!state().equals(state)) {
            throw new AssertionError("the run is " + state() + ", not " + state + ": " + text("problem"));
        }
    }

    void awaitOutput(String text) {
        page.waitForFunction("text => document.getElementById('output').textContent === text", text);
    }

    /** Waits until the output has at least that many characters. */
    void awaitOutputOf(int characters) {
        page.waitForFunction("length => document.getElementById('output').textContent.length >= length", characters);
    }

    /** The value of an expression in the page, or the result of a function there. */
    Object script(String javaScript) {
        return page.evaluate(javaScript);
    }

    /** The value of an expression that is a whole number. */
    int number(String javaScript) {
        return (Integer) script(javaScript);
    }

    /** The value of an expression that is an array of whole numbers. */
    List<Integer> numbers(String javaScript) {
        return ((List<?>) script(javaScript)).stream().map(Integer.class::cast).toList();
    }

    private static void awaitAttribute(Locator locator, String name, String value) {
        assertThat(locator)
                .hasAttribute(name, value, new LocatorAssertions.HasAttributeOptions().setTimeout(PATIENCE_MILLIS));
    }
}
