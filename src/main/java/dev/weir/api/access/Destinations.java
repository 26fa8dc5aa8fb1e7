package dev.weir.api.access;

import dev.weir.config.ControllerConfig;
import dev.weir.workflow.Workflows;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The paths of the API and of all faces in the served configuration. Thread-safe. */
@ApplicationScoped
public class Destinations {
    private Workflows workflows;
    private Instance<Face> found;
    private List<Face> faces = List.of();

    /** For the container's proxies. */
    protected Destinations() {}

    @Inject
    Destinations(Workflows workflows, @Any Instance<Face> faces) {
        this.workflows = workflows;
        this.found = faces;
    }

    @PostConstruct
    void findFaces() {
        faces = found.stream()
                .sorted(Comparator.comparing(Face::isSelective).reversed())
                .toList();
    }

    /** Whether a request for that path within the application, percent-encoded, is for the API or for a face. */
    public boolean areServed(HttpServletRequest request, String requested) {
        return of(request, requested, workflows.controller()).isPresent();
    }

    /**
     * The destination of a request; empty if the request is neither for the API nor for a face.
     *
     * @param requested the path within the application, percent-encoded
     * @param controller of the configuration with which the whole request is served
     */
    Optional<Destination> of(HttpServletRequest request, String requested, ControllerConfig controller) {
        for (Face face : faces) {
            Optional<String> base = face.basePath(controller);
            if (base.isPresent()
                    && BasePath.isBelow(requested, base.get())
                    && face.accepts(request, requested.substring(base.get().length()))) {
                return Optional.of(new Destination(face.servletPath(), face, requested));
            }
        }
        return new BasePath(controller.basePath()).served(requested).map(path -> new Destination(path, null, path));
    }
}
