package dev.weir.api.access;

import dev.weir.api.ProblemDocuments;
import dev.weir.config.ControllerConfig;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path in this application that answers a request.
 *
 * @param path the path of JAX-RS, or of a face's servlet
 * @param face the other API that the request is for; null for this application's API
 * @param shownPath the path for messages
 */
record Destination(String path, @Nullable Face face, String shownPath) {
    private static final String HEALTH = BasePath.SERVED + "/health";
    private static final String METRICS = BasePath.SERVED + "/metrics";
    private static final String RUNS = BasePath.SERVED + "/workflows/runs";
    /** Part of each path of runs; a path without it starts no run. */
    private static final String OF_RUNS = "runs";
    /** The paths where GET only reads, in their literal spelling. Another spelling could lead to a path that starts a run. */
    private static final Pattern LOOKS = Pattern.compile(BasePath.SERVED
            + "/(?:health|metrics|schema|workflows(?:/[^/;%]+/schema)?|tasks/[0-9A-Z]{26}(?:/events)?)");

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** Sets the attributes of a request that is for a face. */
    void mark(HttpServletRequest request, ControllerConfig controller) {
        if (face != null) {
            String base = face.basePath(controller).orElse("");
            request.setAttribute(Face.PATH_ATTRIBUTE, shownPath.substring(base.length()));
            ProblemDocuments.setForm(request, face.failures(request));
        }
    }

    boolean isHealth() {
        return path.equals(HEALTH);
    }

    boolean isMetrics() {
        return path.equals(METRICS);
    }

    /** Whether a malformed {@code Accept} is refused: not where it has no effect. */
    boolean acceptMatters() {
        return face == null && !path.equals(RUNS);
    }

    /** Whether a request does more than read. A GET of the API may start a run. */
    boolean acts(HttpServletRequest request) {
        // In capitals: a server may treat a method in lower case as the same method.
        String method = request.getMethod().toUpperCase(Locale.ROOT);
        if (face == null && method.equals("GET")) {
            return !LOOKS.matcher(path).matches() && mayStartRun(path);
        }
        return !READING.contains(method);
    }

    /** Whether the path may start a run in any spelling: percent-encoded or in capitals. */
    private static boolean mayStartRun(String path) {
        try {
            return URLDecoder.decode(path, StandardCharsets.UTF_8)
                    .toLowerCase(Locale.ROOT)
                    .contains(OF_RUNS);
        } catch (IllegalArgumentException e) {
            return true; // Another decoder may be able to read it.
        }
    }
}
