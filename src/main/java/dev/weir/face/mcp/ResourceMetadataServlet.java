package dev.weir.face.mcp;

import dev.weir.api.ProblemDocuments;
import dev.weir.config.AuthConfig;
import dev.weir.config.ControllerConfig;
import dev.weir.config.McpConfig;
import dev.weir.json.Json;
import dev.weir.workflow.Workflows;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells clients without a token where they get one, if {@code controller.auth} has the type {@code jwt}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728">RFC 9728</a>
 */
@WebServlet(urlPatterns = OwnAddress.METADATA + "/*", asyncSupported = true)
public class ResourceMetadataServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    private transient Workflows workflows;

    @Inject
    private transient ProblemDocuments problems;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        ControllerConfig controller = workflows.controller();
        Map<String, Object> metadata =
                metadata(controller, path, OwnAddress.of(request, controller)).orElse(null);
        if (metadata == null) {
            problems.answer(request, response, ProblemDocuments.nothingServed());
            return;
        }
        byte[] body = Json.bytes(metadata);
        // The metadata are public, also for pages of other sites.
        response.setHeader("Access-Control-Allow-Origin", "*");
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /**
     * The metadata; empty if there are none.
     *
     * @param path the path behind that of the metadata: of the endpoint, or empty
     */
    static Optional<Map<String, Object>> metadata(ControllerConfig controller, String path, OwnAddress address) {
        McpConfig mcp = controller.mcp().orElse(null);
        if (mcp == null
                || !(controller.auth().orElse(null) instanceof AuthConfig.Jwt jwt)
                || !(path.isEmpty() || path.equals(mcp.basePath()))) {
            return Optional.empty();
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("resource", address.endpoint(mcp.basePath()));
        metadata.put("authorization_servers", List.of(jwt.issuer()));
        metadata.put("bearer_methods_supported", List.of("header"));
        return Optional.of(metadata);
    }
}
