package dev.weir.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Header fields that keep browsers from what nobody meant. */
public final class SecurityHeaders {
    /** A year, as is usual. Only of this host: what others of its domain do, this application cannot know. */
    private static final String ALWAYS_SECURE = "max-age=31536000";

    private SecurityHeaders() {}

    /** Those of everything: over HTTPS, that browsers come by no other way from now on. */
    public static void ofAll(HttpServletRequest request, HttpServletResponse response) {
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", ALWAYS_SECURE);
        }
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    /**
     * Those of the API's answers: what a workflow gives is never a page of this site, even where an upstream calls it HTML.
     *
     * @param isPersonal whether it depends on who asks, so that no cache may give it to others
     */
    public static void ofAnswer(HttpServletRequest request, HttpServletResponse response, boolean isPersonal) {
        ofAll(request, response);
        response.setHeader("Content-Security-Policy", "sandbox");
        if (isPersonal) {
            response.setHeader("Cache-Control", "no-store");
        }
    }
}
