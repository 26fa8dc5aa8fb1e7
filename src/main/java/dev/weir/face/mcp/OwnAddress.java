package dev.weir.face.mcp;

import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.McpConfig;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The addresses of this server, as a client names it.
 *
 * @param application the address of the application, without a trailing slash
 */
record OwnAddress(String application) {
    /** The path of the metadata of a protected resource (RFC 9728). */
    static final String METADATA = "/.well-known/oauth-protected-resource";

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    static OwnAddress of(HttpServletRequest request) {
        String name = request.getServerName();
        String bracketed = name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
        // The client chooses the name. A name with other characters could end the quotes of a header.
        String host = HOST.matcher(bracketed).matches() ? bracketed : "localhost";
        int port = request.getServerPort();
        boolean isUsual = port == (request.isSecure() ? HTTPS : HTTP);
        return new OwnAddress(
                request.getScheme() + "://" + host + (isUsual ? "" : ":" + port) + request.getContextPath());
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
