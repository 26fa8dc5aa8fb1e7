package dev.weir.api;

import dev.weir.workflow.Health;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * MicroProfile Health's view: ready when the configuration is served and no component is still loading. It answers anyone. Where
 * callers have to show who they are it tells nothing more.
 */
@Readiness
@ApplicationScoped
public class ReadinessCheck implements HealthCheck {
    private Workflows workflows;

    /** For the container's proxies. */
    protected ReadinessCheck() {}

    @Inject
    ReadinessCheck(Workflows workflows) {
        this.workflows = workflows;
    }

    @Override
    public HealthCheckResponse call() {
        Health health = workflows.health();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("weir").status(health.ready());
        if (workflows.controller().auth().isPresent()) {
            return response.build();
        }
        if (!health.problems().isEmpty()) {
            response.withData("problem", health.problems().get(0));
        }
        health.loading()
                .forEach(each -> response.withData(
                        each.component(),
                        each.file().isEmpty() ? "loading" : "loading " + each.file() + ", " + each.percent() + " %"));
        health.failed().forEach(response::withData);
        return response.build();
    }
}
