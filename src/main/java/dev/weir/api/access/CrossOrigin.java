package dev.weir.api.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which browsers' pages may call (CORS, the Fetch standard), by {@code controller.origins}. It does what Starlette's
 * {@code CORSMiddleware} does under model-compose: {@code *} lets every page call, but not with the user's cookies; a list
 * lets its origins call, with them. An origin that is not listed gets no headers, which keeps its page from reading an
 * answer; its preflight is refused with 400. Any header may be sent.
 *
 * @param origins as configured
 * @param hosts of this server's own pages
 */
record CrossOrigin(List<String> origins, HostNames hosts) {
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");
    private static final String EXPOSED = "X-Task-Id, Retry-After, RateLimit, RateLimit-Policy";
    private static final String MAX_AGE_SECONDS = "600";

    private boolean all() {
        return origins.contains("*");
    }

    boolean allows(String origin) {
        return all() || origins.contains(origin);
    }

    /**
     * Whether a request may do more than look. A browser sends a form, an image's address or plain text for any page without
     * asking, so that what must not be done is refused, not only hidden. Where every page may call, the page does not matter,
     * unless credentials come by themselves: then only pages that are listed, and this server's own, do what their user can.
     *
     * @param sentByItself whether the request has credentials that a browser adds for every page, such as cookies
     * @param mayBeUnnamed whether a request that names no page may act; false for what a browser sends without naming it
     */
    boolean mayAct(PageOrigin page, boolean sentByItself, boolean mayBeUnnamed) {
        if (all() && !sentByItself) {
            return true;
        }
        return switch (page.owner(hosts)) {
            case OWN -> true;
            case FOREIGN -> page.listed().filter(origins::contains).isPresent();
            case UNKNOWN -> mayBeUnnamed;
        };
    }

    static boolean allowsMethod(@Nullable String method) {
        return METHODS.contains(method);
    }

    /**
     * The headers of every answer.
     *
     * @param origin the page's; null for a caller that is no page of another site
     */
    Map<String, String> headers(@Nullable String origin) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (!all()) {
            headers.put("Vary", "Origin");
        }
        if (origin != null && allows(origin)) {
            headers.put("Access-Control-Allow-Origin", all() ? "*" : origin);
            if (!all()) {
                headers.put("Access-Control-Allow-Credentials", "true");
            }
            headers.put("Access-Control-Expose-Headers", EXPOSED);
        }
        return headers;
    }

    /**
     * The further headers of a preflight's answer.
     *
     * @param requestHeaders those that the page wants to send
     */
    static Map<String, String> preflightHeaders(@Nullable String requestHeaders) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Access-Control-Allow-Methods", String.join(", ", METHODS));
        headers.put("Access-Control-Max-Age", MAX_AGE_SECONDS);
        if (requestHeaders != null) {
            headers.put("Access-Control-Allow-Headers", requestHeaders);
        }
        return headers;
    }
}
