package dev.weir.api;

import dev.weir.WeirException;
import dev.weir.component.Readiness;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** MicroProfile Health's view: ready when the configuration is served and no component is still loading. */
@org.eclipse.microprofile.health.Readiness
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
        HealthCheckResponseBuilder response = HealthCheckResponse.named("weir");
        List<String> wrong = workflows.problems();
        if (!wrong.isEmpty()) {
            return response.withData("problem", workflows.mask(wrong.get(0)))
                    .down()
                    .build();
        }
        try {
            boolean ready = true;
            for (Map.Entry<String, Readiness> component : workflows.readiness().entrySet()) {
                Readiness state = component.getValue();
                response.withData(component.getKey(), state.getClass().getSimpleName());
                ready &= !(state instanceof Readiness.Loading);
            }
            return response.status(ready).build();
        } catch (WeirException e) {
            return response.withData("problem", e.detail()).down().build();
        }
    }
}
