package dev.weir.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The base path of the API, {@code controller.base_path}. JAX-RS always serves the API at {@value #SERVED}. Another base path is
 * forwarded to it, and a direct request to {@value #SERVED} then finds nothing.
 *
 * @param path with a leading and without a trailing slash; empty for the root, which the API shares with the page
 */
public record BasePath(String path) {
    static final String SERVED = "/api";

    private static final Set<String> AT_ROOT = Set.of("workflows", "tasks", "health", "schema", "openapi.yaml");

    /** Sequences that may mean another path after decoding. A forward is not stopped at {@code WEB-INF}. */
    private static final Pattern LEADING_OUT = Pattern.compile("\\.\\.|%2e|%2f|%5c|[;\\\\]", Pattern.CASE_INSENSITIVE);

    /** The requested path within the application, percent-encoded. */
    public static String requested(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }

    /**
     * The path below {@value #SERVED} that a request asks for; empty if the request is not for the API.
     *
     * @param requested the path within the application, percent-encoded
     */
    public Optional<String> served(String requested) {
        if (!isBelow(requested, path)) {
            return Optional.empty();
        }
        String rest = requested.substring(path.length());
        boolean page = path.isEmpty() && !AT_ROOT.contains(rest.split("/", 3)[1]);
        boolean leadsOut = !path.equals(SERVED) && LEADING_OUT.matcher(rest).find();
        return page || leadsOut ? Optional.empty() : Optional.of(SERVED + rest);
    }

    /** True if JAX-RS would serve the path although it is not below the base path. */
    static boolean isServed(String requested) {
        return isBelow(requested, SERVED);
    }

    /** Whether a path is the base path {@code path} or below it. */
    static boolean isBelow(String requested, String path) {
        return requested.equals(path) || requested.startsWith(path + "/");
    }
}
