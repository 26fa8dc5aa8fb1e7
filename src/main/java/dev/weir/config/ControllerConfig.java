package dev.weir.config;

import java.util.List;
import java.util.Optional;

/**
 * How workflows are served.
 *
 * @param host the address that a port which Weir itself opens is bound to; every address without it
 * @param port where a server that Weir starts itself listens; inside an application server it has no effect
 * @param basePath the path of the API, with a leading and without a trailing slash
 * @param origins who may call from a browser; {@code *} for all
 * @param maxConcurrentCount how many runs at once; 0 for no limit
 * @param webUi the page; without it there is none
 * @param auth how callers are known; without it everyone may call
 * @param limits what each of them may have
 */
public record ControllerConfig(
        Optional<String> host,
        Optional<Integer> port,
        String basePath,
        List<String> origins,
        int maxConcurrentCount,
        Optional<WebUiConfig> webUi,
        Optional<AuthConfig> auth,
        LimitsConfig.OfCallers limits) {
    /** Of a configuration that does not name a controller. */
    public static final ControllerConfig DEFAULT = new ControllerConfig(
            Optional.empty(),
            Optional.empty(),
            "/api",
            List.of("*"),
            0,
            Optional.empty(),
            Optional.empty(),
            LimitsConfig.OfCallers.NONE);

    public ControllerConfig {
        origins = List.copyOf(origins);
    }

    /**
     * The web UI.
     *
     * @param driver as written; every driver is answered by Weir's own page
     * @param host the address that the further port is bound to; the controller's without it
     * @param port a further port, which redirects to the page
     */
    public record WebUiConfig(String driver, Optional<String> host, Optional<Integer> port) {}
}
