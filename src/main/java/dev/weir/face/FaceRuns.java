package dev.weir.face;

import dev.weir.api.FailureForm;
import dev.weir.api.access.RequestGate;
import dev.weir.api.form.BodyLimits;
import dev.weir.api.form.JsonRequest;
import dev.weir.api.response.TakenResponse;
import dev.weir.api.run.RequestIntake;
import dev.weir.api.run.RunForm;
import dev.weir.api.run.RunResponder;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunPlan;
import dev.weir.workflow.Runs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs for the requests of other APIs, with the bodies, budgets, limits and cancellation of this application's API. No
 * thread waits for a body or a run. Thread-safe.
 */
@ApplicationScoped
public class FaceRuns {
    private Runs runs;
    private RequestIntake intake;
    private Settings settings;

    /** For the container's proxies. */
    protected FaceRuns() {}

    @Inject
    FaceRuns(Runs runs, RequestIntake intake, Settings settings) {
        this.runs = runs;
        this.intake = intake;
        this.settings = settings;
    }

    /**
     * A request that was read.
     *
     * @param form makes the form of the answer
     */
    public record Asked(RunPlan plan, Function<Run, RunForm> form) {}

    /**
     * Takes the response of a request with a JSON object as its body, and answers it with a run.
     *
     * @param reading reads the body; its failure is the answer
     */
    public void answer(
            HttpServletRequest request, FailureForm failures, Function<Map<String, @Nullable Object>, Asked> reading) {
        Access access = RequestGate.required(request);
        TakenResponse response = TakenResponse.of(request);
        HttpServletRequest own = response.servletRequest();
        String contentType = own.getContentType();
        RunResponder responder = intake.responder(response, access, failures);
        intake.receive(own, access, responder, body -> {
            Asked asked = reading.apply(JsonRequest.read(contentType, body, BodyLimits.of(settings)));
            Run run = runs.admit(asked.plan(), access, body::close);
            responder.answer(asked.form().apply(run), run);
        });
    }
}
