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
        ControllerConfig controller = workflows.controller();
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        McpConfig mcp = controller.mcp().orElse(null);
        if (mcp == null
                || !(controller.auth().orElse(null) instanceof AuthConfig.Jwt jwt)
                || !(path.isEmpty() || path.equals(mcp.basePath()))) {
            problems.answer(request, response, ProblemDocuments.nothingServed());
            return;
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("resource", OwnAddress.of(request).endpoint(mcp.basePath()));
        metadata.put("authorization_servers", List.of(jwt.issuer()));
        metadata.put("bearer_methods_supported", List.of("header"));
        byte[] body = Json.bytes(metadata);
        // The metadata are public, also for pages of other sites.
        response.setHeader("Access-Control-Allow-Origin", "*");
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
