package dev.weir.face.mcp;

import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.Face;
import dev.weir.config.ControllerConfig;
import dev.weir.config.McpConfig;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** The endpoint of the Model Context Protocol, {@code controller.adapter} with the type {@code mcp-server}. Thread-safe. */
@ApplicationScoped
public class McpFace implements Face {
    /** The path of the servlet. A direct request to it finds nothing. */
    static final String SERVLET = "/faces/mcp";

    private ProblemDocuments problems;
    private Workflows workflows;

    /** For the container's proxies. */
    protected McpFace() {}

    @Inject
    McpFace(ProblemDocuments problems, Workflows workflows) {
        this.problems = problems;
        this.workflows = workflows;
    }

    @Override
    public Optional<String> basePath(ControllerConfig controller) {
        return controller.mcp().map(McpConfig::basePath);
    }

    @Override
    public String servletPath() {
        return SERVLET;
    }

    @Override
    public FailureForm failures() {
        return new McpFailures(problems, Optional.empty());
    }

    @Override
    public FailureForm failures(HttpServletRequest request) {
        ControllerConfig controller = workflows.controller();
        return new McpFailures(problems, OwnAddress.of(request, controller).metadata(controller));
    }
}
