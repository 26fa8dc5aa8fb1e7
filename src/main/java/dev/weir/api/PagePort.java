package dev.weir.api;

import dev.weir.config.ControllerConfig;
import dev.weir.config.ControllerConfig.WebUiConfig;
import dev.weir.runtime.Pools;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the port of {@code controller.webui.port} open, as the configuration has it now. Thread-safe. */
@ApplicationScoped
public class PagePort {
    private static final System.Logger LOG = System.getLogger(PagePort.class.getName());

    private Pools pools;
    private PageAddress address;
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
    PagePort(Pools pools, PageAddress address) {
        this.pools = pools;
        this.address = address;
    }

    /** Opens, moves or closes the port; one that cannot be had is a warning, since the page is there without it. */
    public synchronized void follow(ControllerConfig controller, String contextPath) {
        Optional<Place> wanted = Place.of(controller);
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

    /** Gives the port back. */
    public synchronized void close() {
        if (redirect != null) {
            redirect.close();
            redirect = null;
        }
    }
}
