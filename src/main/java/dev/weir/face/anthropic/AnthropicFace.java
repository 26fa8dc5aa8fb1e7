package dev.weir.face.anthropic;

import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.Face;
import dev.weir.config.ControllerConfig;
import dev.weir.config.OpenAiConfig;
import dev.weir.face.FaceServlet;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * The place of Anthropic's API: the messages at the base path of {@code controller.openai}, and the models there for clients that
 * send the header field {@code anthropic-version}.
 */
@ApplicationScoped
public class AnthropicFace implements Face {
    private FailureForm failures;

    /** For the container's proxies. */
    protected AnthropicFace() {}

    @Inject
    AnthropicFace(ProblemDocuments problems) {
        failures = new AnthropicErrors(problems);
    }

    @Override
    public Optional<String> basePath(ControllerConfig controller) {
        return controller.openai().map(OpenAiConfig::basePath);
    }

    @Override
    public boolean isSelective() {
        return true;
    }

    @Override
    public boolean accepts(HttpServletRequest request, String path) {
        return path.equals(AnthropicServlet.MESSAGES)
                || path.startsWith(AnthropicServlet.MESSAGES + "/")
                || (FaceServlet.isOfModels(path) && request.getHeader("anthropic-version") != null);
    }

    @Override
    public String servletPath() {
        return AnthropicServlet.PATH;
    }

    @Override
    public FailureForm failures() {
        return failures;
    }
}
