package dev.weir.api.access;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which pages may call the API from a browser (CORS, the Fetch standard), by {@code controller.origins}. It behaves as
 * Starlette's {@code CORSMiddleware} under model-compose. With {@code *} every page may call, but without the user's cookies.
 * With a list, the listed origins may call, with cookies. An origin that is not listed gets no headers, so that its page cannot
 * read the answer; its preflight gets 400. Any request header may be sent.
 *
 * @param origins the configured origins
 * @param hosts the hosts of this server's own pages
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
     * Whether a request may do more than read. A browser sends forms, image requests and plain text for any page without a
     * preflight. So a forbidden request is refused here; missing headers would only hide its answer. With {@code *} every page
     * may act, unless the browser adds credentials by itself. Then only listed pages and this server's own pages may act.
     *
     * @param automatic whether the request has credentials that a browser adds for every page, such as cookies
     * @param mayBeUnnamed whether a request that names no page may act; false if a browser may have sent it without a name
     */
    boolean mayAct(PageOrigin page, boolean automatic, boolean mayBeUnnamed) {
        if (all() && !automatic) {
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
     * The headers of every response.
     *
     * @param origin the origin of the page; null if the request has none
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
     * The additional headers of a preflight's response.
     *
     * @param requestHeaders the headers that the page wants to send; null for none
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
