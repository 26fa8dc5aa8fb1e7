package dev.weir.face.mcp;

import dev.weir.api.access.RequestGate;
import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.McpConfig;
import dev.weir.security.ForwardedOrigin;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * The addresses of this server, as a client names it.
 *
 * @param application the address of the application, without a trailing slash
 */
record OwnAddress(String application) {
    /** The path of the metadata of a protected resource (RFC 9728). */
    static final String METADATA = "/.well-known/oauth-protected-resource";

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /**
     * The address by which the client of a request reached this server, or the trusted proxy before it.
     *
     * @param controller names the trusted proxies
     */
    static OwnAddress of(HttpServletRequest request, ControllerConfig controller) {
        ForwardedOrigin forwarded = RequestGate.forwarded(request, controller.limits());
        String scheme = forwarded.scheme().orElseGet(request::getScheme);
        String host = forwarded.host().orElseGet(() -> host(request));
        String usual = ":" + (scheme.equals("https") ? HTTPS : HTTP);
        String shortest = host.endsWith(usual) ? host.substring(0, host.length() - usual.length()) : host;
        return new OwnAddress(scheme + "://" + shortest + request.getContextPath());
    }

    /** The host of the request, which the client chooses. */
    private static String host(HttpServletRequest request) {
        String name = request.getServerName();
        String bracketed = name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
        int port = request.getServerPort();
        boolean isUsual = port == (request.isSecure() ? HTTPS : HTTP);
        return (ForwardedOrigin.isHost(bracketed) ? bracketed : "localhost") + (isUsual ? "" : ":" + port);
    }

    /** The address of the metadata; empty if there are none. */
    Optional<String> metadata(ControllerConfig controller) {
        return controller
                .auth()
                .filter(AuthConfig.Jwt.class::isInstance)
                .flatMap(jwt -> endpoint(controller).map(path -> application + METADATA + path));
    }

    private static Optional<String> endpoint(ControllerConfig controller) {
        return controller.mcp().map(McpConfig::basePath);
    }

    /** The address of the endpoint. */
    String endpoint(String basePath) {
        return application + basePath;
    }
}
