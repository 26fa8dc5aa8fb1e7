package dev.weir.api;

import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where browsers find the page. An application is not told which port its server listens on; it sees it with the first
 * request. Until then {@code controller.port} is taken for it. Thread-safe.
 */
@ApplicationScoped
public class PageAddress {
    private static final int USUAL_PORT = 8080;

    private Workflows workflows;
    private volatile @Nullable Seen seen;

    private record Seen(String scheme, int port, String contextPath) {}

    /** For the container's proxies. */
    protected PageAddress() {}

    @Inject
    PageAddress(Workflows workflows) {
        this.workflows = workflows;
    }

    /** Learns from a request how the server is reached. */
    public void seen(HttpServletRequest request) {
        if (seen == null) {
            seen = new Seen(request.getScheme(), request.getLocalPort(), request.getContextPath());
        }
    }

    /**
     * The page's address on a host.
     *
     * @param host a name or an address, in brackets if it is one of IPv6
     * @param contextPath the application's, if no request has told it yet
     */
    public URI on(String host, String contextPath) {
        Seen known = seen;
        if (known == null) {
            int port = workflows.controller().port().orElse(USUAL_PORT);
            return URI.create("http://" + host + ":" + port + contextPath + "/");
        }
        return URI.create(known.scheme() + "://" + host + ":" + known.port() + known.contextPath() + "/");
    }
}
