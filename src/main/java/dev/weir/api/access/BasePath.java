package dev.weir.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the API is found, by {@code controller.base_path}. JAX-RS always serves it at {@value #SERVED}; another base path is
 * led there, and {@value #SERVED} itself is then what was not configured: nothing.
 *
 * @param path with a leading and without a trailing slash; empty for the root, which the API shares with the page
 */
public record BasePath(String path) {
    static final String SERVED = "/api";

    private static final Set<String> AT_ROOT = Set.of("workflows", "tasks", "health", "schema", "openapi.yaml");

    /** What could name another path when it is decoded: whoever is led there is not stopped at {@code WEB-INF}. */
    private static final Pattern LEADING_OUT = Pattern.compile("\\.\\.|%2e|%2f|%5c|[;\\\\]", Pattern.CASE_INSENSITIVE);

    /** The path in the application that a request asks for, percent-encoded. */
    public static String requested(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }

    /**
     * The path within {@value #SERVED} that a request asks for; empty if it does not ask for the API.
     *
     * @param requested the path in the application, percent-encoded
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

    /** True for what JAX-RS would serve though it is not below the base path. */
    static boolean isServed(String requested) {
        return isBelow(requested, SERVED);
    }

    private static boolean isBelow(String requested, String path) {
        return requested.equals(path) || requested.startsWith(path + "/");
    }
}
