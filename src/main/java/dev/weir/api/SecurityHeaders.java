package dev.weir.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** The header fields that restrict browsers. */
public final class SecurityHeaders {
    /** One year, the usual value. Without subdomains: other hosts of the domain may need plain HTTP. */
    private static final String ALWAYS_SECURE = "max-age=31536000";

    private SecurityHeaders() {}

    /** Sets the fields of every response. Over HTTPS they oblige browsers to use HTTPS only. */
    public static void ofAll(HttpServletRequest request, HttpServletResponse response) {
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", ALWAYS_SECURE);
        }
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    /**
     * Sets the fields of the API's responses. The output of a workflow is never a page of this site, also if an upstream declares
     * it as HTML.
     *
     * @param isPersonal whether the response depends on the caller, so that no cache may store it
     */
    public static void ofAnswer(HttpServletRequest request, HttpServletResponse response, boolean isPersonal) {
        ofAll(request, response);
        response.setHeader("Content-Security-Policy", "sandbox");
        if (isPersonal) {
            response.setHeader("Cache-Control", "no-store");
        }
    }
}
