package dev.weir.api;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which page a request comes from, as the browser says; other clients say nothing.
 *
 * @param origin the header {@code Origin}
 * @param site the header {@code Sec-Fetch-Site}, which no page can forge
 * @param host the header {@code Host}, where the browser went
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
record PageOrigin(
        @Nullable String origin,
        @Nullable String site,
        @Nullable String host) {

    static PageOrigin of(HttpServletRequest request) {
        return new PageOrigin(
                request.getHeader("Origin"), request.getHeader("Sec-Fetch-Site"), request.getHeader("Host"));
    }

    /**
     * Whether it is no page, or one of this server, or its user typed the address. Older browsers say only the origin, and
     * of it the host counts: whether the connection was secure when it left the browser, a proxy may hide.
     */
    boolean isOwn() {
        if (site != null) {
            return site.equals("same-origin") || site.equals("none");
        }
        return origin == null || hostOf(origin).equals(host == null ? "" : host.toLowerCase(Locale.ROOT));
    }

    private static String hostOf(String origin) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority == null ? "?" : authority.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "?";
        }
    }
}
