package dev.weir.config;

import java.util.List;
import java.util.Optional;

/**
 * The settings by which workflows are served.
 *
 * @param host the address of a port that Weir opens itself; every address if empty
 * @param port the port of a server that Weir starts itself; no effect inside an application server
 * @param basePath the path of the API, with a leading and without a trailing slash
 * @param origins the origins that may call from a browser; {@code *} for all
 * @param maxConcurrentCount the most concurrent runs; 0 for no limit
 * @param webUi the page; no page if empty
 * @param auth the authentication of callers; every client may call if empty
 * @param limits the limits of each caller and each address
 * @param openai the API of OpenAI's clients; not served if empty
 * @param mcp the workflows as tools of the Model Context Protocol; not served if empty
 */
public record ControllerConfig(
        Optional<String> host,
        Optional<Integer> port,
        String basePath,
        List<String> origins,
        int maxConcurrentCount,
        Optional<WebUiConfig> webUi,
        Optional<AuthConfig> auth,
        LimitsConfig.OfCallers limits,
        Optional<OpenAiConfig> openai,
        Optional<McpConfig> mcp) {
    /** The controller of a configuration that does not name one. */
    public static final ControllerConfig DEFAULT = new ControllerConfig(
            Optional.empty(),
            Optional.empty(),
            "/api",
            List.of("*"),
            0,
            Optional.empty(),
            Optional.empty(),
            LimitsConfig.OfCallers.NONE,
            Optional.empty(),
            Optional.empty());

    public ControllerConfig {
        origins = List.copyOf(origins);
    }

    /**
     * The web UI.
     *
     * @param driver as written; Weir serves its own page for every driver
     * @param host the address of the further port; the controller's if empty
     * @param port a further port, which redirects to the page
     */
    public record WebUiConfig(String driver, Optional<String> host, Optional<Integer> port) {}
}
