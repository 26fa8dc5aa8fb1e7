package dev.weir.api.meta;

import dev.weir.workflow.Workflows;
import dev.weir.workflow.served.WorkflowHealth;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * The checks of MicroProfile Health: liveness, readiness and startup. One class, so that a server without MicroProfile Health
 * skips it as a whole and logs that once.
 */
@ApplicationScoped
public class HealthChecks {
    private static final String NAME = "weir";

    private Workflows workflows;
    private volatile boolean hasStarted;

    /** For the container's proxies. */
    protected HealthChecks() {}

    @Inject
    HealthChecks(Workflows workflows) {
        this.workflows = workflows;
    }

    /** Up while the server answers at all. No known problem can be solved by a restart, least of all an invalid setting. */
    @Produces
    @Liveness
    HealthCheck liveness() {
        return () -> HealthCheckResponse.named(NAME + "-live").up().build();
    }

    /** Up while runs are accepted, the configuration is served, and no component is loading. */
    @Produces
    @Readiness
    HealthCheck readiness() {
        return this::ready;
    }

    /**
     * Up permanently once the first components have loaded or failed. Also up with an invalid configuration, since waiting does
     * not help.
     */
    @Produces
    @Startup
    HealthCheck startup() {
        return this::started;
    }

    private HealthCheckResponse ready() {
        WorkflowHealth health = workflows.health();
        HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME).status(health.isReady());
        if (requiresAuthentication()) {
            return response.build();
        }
        health.refusal().ifPresent(refusal -> response.withData("refusal", refusal));
        if (!health.problems().isEmpty()) {
            response.withData("problem", health.problems().get(0));
        }
        health.ready().forEach(component -> response.withData(component, "ready"));
        addLoading(health, response);
        health.failed().forEach(response::withData);
        health.models().forEach(model -> {
            response.withData(model.component() + ".model", model.name());
            response.withData(model.component() + ".running", model.running());
            response.withData(model.component() + ".waiting", model.waiting());
            response.withData(model.component() + ".tokens_per_second", Math.round(model.tokensPerSecond()));
        });
        return response.build();
    }

    private HealthCheckResponse started() {
        WorkflowHealth health = workflows.health();
        if (health.known() && health.loading().isEmpty()) {
            hasStarted = true;
        }
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named(NAME + "-started").status(hasStarted);
        if (!hasStarted && !requiresAuthentication()) {
            addLoading(health, response);
        }
        return response.build();
    }

    /** Whether callers must authenticate. The checks answer any client, so they then give only up or down. */
    private boolean requiresAuthentication() {
        return workflows.controller().auth().isPresent();
    }

    private static void addLoading(WorkflowHealth health, HealthCheckResponseBuilder response) {
        health.loading()
                .forEach(each -> response.withData(
                        each.component(),
                        each.file().isEmpty() ? "loading" : "loading " + each.file() + ", " + each.percent() + " %"));
    }
}
