package dev.weir.api.page;

import dev.weir.api.PageAddress;
import dev.weir.config.ControllerConfig;
import dev.weir.config.ControllerConfig.WebUiConfig;
import dev.weir.lifecycle.ApplicationPart;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Shutdown;
import dev.weir.runtime.Shutdown.Phase;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes the port of {@code controller.webui.port}, by the current configuration. The port redirects to the page.
 * Thread-safe.
 */
@ApplicationScoped
public class PagePort implements ApplicationPart {
    private static final System.Logger LOG = System.getLogger(PagePort.class.getName());

    private Pools pools;
    private PageAddress address;
    private Workflows workflows;
    private Optional<Place> place = Optional.empty();
    private @Nullable PageRedirect redirect;

    private record Place(String host, int port) {
        static Optional<Place> of(ControllerConfig controller) {
            Optional<WebUiConfig> webUi = controller.webUi();
            String host = webUi.flatMap(WebUiConfig::host).or(controller::host).orElse("");
            return webUi.flatMap(WebUiConfig::port).map(port -> new Place(host, port));
        }
    }

    /** For the container's proxies. */
    protected PagePort() {}

    @Inject
    PagePort(Pools pools, PageAddress address, Workflows workflows) {
        this.pools = pools;
        this.address = address;
        this.workflows = workflows;
    }

    @Override
    public void register(Shutdown shutdown) {
        shutdown.register(Phase.REFUSE_REQUESTS, "the port of the page", this::close);
    }

    /** Opens, moves or closes the port. A failure to open it is only a warning, since the page has its own address. */
    @Override
    public synchronized void configurationServed(String contextPath) {
        Optional<Place> wanted = Place.of(workflows.controller());
        if (wanted.equals(place) && (redirect != null || wanted.isEmpty())) {
            return;
        }
        close();
        place = wanted;
        wanted.ifPresent(there -> open(there, contextPath));
    }

    private synchronized void open(Place there, String contextPath) {
        try {
            redirect = PageRedirect.listen(
                    there.host(), there.port(), host -> address.on(host, contextPath), pools.redirects());
            LOG.log(Level.INFO, "port {0} redirects to the page", String.valueOf(there.port()));
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "controller.webui.port {0} cannot be opened, so that nothing redirects to the page there: {1}",
                    String.valueOf(there.port()),
                    e.getMessage());
        }
    }

    /** Closes the port. A second call does nothing. */
    public synchronized void close() {
        if (redirect != null) {
            redirect.close();
            redirect = null;
        }
    }
}
