package dev.weir.api;

import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The address of the page. The port is learned from the first request, since a server does not tell an application its port.
 * Until then the port is {@code controller.port}. Thread-safe.
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

    /** Takes the scheme, the port and the context path from the first request. */
    public void seen(HttpServletRequest request) {
        if (seen == null) {
            seen = new Seen(request.getScheme(), request.getLocalPort(), request.getContextPath());
        }
    }

    /**
     * The page's address on a host.
     *
     * @param host a name or an address; an IPv6 address in brackets
     * @param contextPath the application's path, used until a request has shown it
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
