package dev.weir.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import dev.weir.binding.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
        String json = new String(browser.stopTracing(), StandardCharsets.UTF_8);
        List<?> events = (List<?>) ((Map<?, ?>) Json.parse(json)).get("traceEvents");
        List<String> pageThreads = events.stream()
                .map(event -> (Map<?, ?>) event)
                .filter(event -> "thread_name".equals(event.get("name")))
                .filter(event -> ((Map<?, ?>) event.get("args")).containsValue("CrRendererMain"))
                .map(PageTrace::thread)
                .toList();
        return events.stream()
                .map(event -> (Map<?, ?>) event)
                .filter(event -> "X".equals(event.get("ph")) && pageThreads.contains(thread(event)))
                .filter(event -> String.valueOf(event.get("name")).endsWith("RunTask"))
                .mapToDouble(event -> ((Number) event.get("tdur")).doubleValue() / 1000)
                .max()
                .orElseThrow(() -> new AssertionError("the trace has no task of the page"));
    }

    private static String thread(Map<?, ?> event) {
        return event.get("pid") + ":" + event.get("tid");
    }
}
