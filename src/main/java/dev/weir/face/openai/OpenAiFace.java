package dev.weir.face.openai;

import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.Face;
import dev.weir.config.ControllerConfig;
import dev.weir.config.OpenAiConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** The place of OpenAI's API, by {@code controller.openai}. */
@ApplicationScoped
public class OpenAiFace implements Face {
    private FailureForm failures;

    /** For the container's proxies. */
    protected OpenAiFace() {}

    @Inject
    OpenAiFace(ProblemDocuments problems) {
        failures = new OpenAiErrors(problems);
    }

    @Override
    public Optional<String> basePath(ControllerConfig controller) {
        return controller.openai().map(OpenAiConfig::basePath);
    }

    @Override
    public String servletPath() {
        return OpenAiServlet.PATH;
    }

    @Override
    public FailureForm failures() {
        return failures;
    }
}
