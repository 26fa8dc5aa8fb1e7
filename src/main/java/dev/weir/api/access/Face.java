package dev.weir.api.access;

import dev.weir.api.FailureForm;
import dev.weir.config.ControllerConfig;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * Another API over the same runs, at a base path of its own. Its requests pass the same filter and gate as those of the API: CORS,
 * credentials and limits. Implementations are application-scoped beans. Thread-safe.
 */
public interface Face {
    /** The name of the request's attribute with the path below the base path, percent-encoded; empty for the base path. */
    String PATH_ATTRIBUTE = Face.class.getName() + ".path";

    /** The base path in a configuration, with a leading and without a trailing slash; empty if the face is not served. */
    Optional<String> basePath(ControllerConfig controller);

    /**
     * Whether this face has only those requests below its base path that it {@linkplain #accepts accepts}. Another face at the same
     * base path has the others.
     */
    default boolean isSelective() {
        return false;
    }

    /**
     * Whether a request is for this face. Only a {@linkplain #isSelective selective} face may say no.
     *
     * @param path below the base path, percent-encoded
     */
    default boolean accepts(HttpServletRequest request, String path) {
        return true;
    }

    /** The path of the servlet to which the filter forwards all requests below the base path. */
    String servletPath();

    /** The form of all failures. */
    FailureForm failures();

    /** The form of the failures of one request. */
    default FailureForm failures(HttpServletRequest request) {
        return failures();
    }

    /** The path of a request below the base path, percent-encoded; empty for a request that did not come through the filter. */
    static Optional<String> path(HttpServletRequest request) {
        return Optional.ofNullable((String) request.getAttribute(PATH_ATTRIBUTE));
    }
}
