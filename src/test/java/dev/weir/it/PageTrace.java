package dev.weir.it;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/**
 * The browser's performance log of one page, from its start to {@link #longestTaskMillis}. Durations are the processor time of
 * the page's thread: what it waited for other programs of a busy machine is not the page's doing.
 */
final class PageTrace {
    private final Browser browser;

    private PageTrace(Browser browser) {
        this.browser = browser;
    }

    static PageTrace start(Page page) {
        Browser browser = Objects.requireNonNull(page.context().browser());
        browser.startTracing(page, new Browser.StartTracingOptions().setCategories(List.of("toplevel")));
        return new PageTrace(browser);
    }

    /** Ends the trace. */
    double longestTaskMillis() {
        // Read by the library that Playwright brings: a trace of ten seconds is more than the server's parser takes.
        String json = new String(browser.stopTracing(), StandardCharsets.UTF_8);
        List<JsonObject> events = StreamSupport.stream(
                        JsonParser.parseString(json)
                                .getAsJsonObject()
                                .getAsJsonArray("traceEvents")
                                .spliterator(),
                        false)
                .map(JsonElement::getAsJsonObject)
                .toList();
        List<String> pageThreads = events.stream()
                .filter(event -> text(event, "name").equals("thread_name"))
                .filter(event -> text(event.getAsJsonObject("args"), "name").equals("CrRendererMain"))
                .map(PageTrace::thread)
                .toList();
        return events.stream()
                .filter(event -> text(event, "ph").equals("X") && pageThreads.contains(thread(event)))
                .filter(event -> text(event, "name").endsWith("RunTask"))
                .mapToDouble(event -> event.get("tdur").getAsDouble() / 1000)
                .max()
                .orElseThrow(() -> new AssertionError("the trace has no task of the page"));
    }

    private static String text(JsonObject event, String key) {
        return event.has(key) ? event.get(key).getAsString() : "";
    }

    private static String thread(JsonObject event) {
        return text(event, "pid") + ":" + text(event, "tid");
    }
}
