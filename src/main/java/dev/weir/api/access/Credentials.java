package dev.weir.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the secret of a request: {@code Authorization: Bearer …} (RFC 6750) or {@code X-API-Key: …}. A secret in the URL is not
 * accepted, since logs contain URLs.
 */
final class Credentials {
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +([!-~]+) *");
    private static final Pattern KEY = Pattern.compile("[!-~]+");

    private Credentials() {}

    /**
     * The secret of a request. Empty if there is none, or if there are several: proxies and servers might each read a different
     * one.
     *
     * @param keys whether {@code X-API-Key} counts
     */
    static Optional<String> secret(HttpServletRequest request, boolean keys) {
        List<String> bearers = Collections.list(request.getHeaders("Authorization"));
        List<String> apiKeys = keys ? Collections.list(request.getHeaders("X-API-Key")) : List.of();
        if (bearers.size() + apiKeys.size() != 1) {
            return Optional.empty();
        }
        if (bearers.isEmpty()) {
            return Optional.of(apiKeys.get(0)).filter(key -> KEY.matcher(key).matches());
        }
        Matcher bearer = BEARER.matcher(bearers.get(0));
        return bearer.matches() ? Optional.of(bearer.group(1)) : Optional.empty();
    }

    /** Whether a request has a header field for a secret, with any value. */
    static boolean arePresent(HttpServletRequest request) {
        return request.getHeader("Authorization") != null || request.getHeader("X-API-Key") != null;
    }

    /**
     * Whether a request has credentials that a browser adds by itself for any page: cookies, which a proxy in front may accept,
     * or a password that the user has entered before.
     */
    static boolean mayBeAutomatic(HttpServletRequest request) {
        return request.getHeader("Cookie") != null
                || Collections.list(request.getHeaders("Authorization")).stream()
                        .anyMatch(field -> !BEARER.matcher(field).matches());
    }
}
