package dev.weir.face;

import dev.weir.WeirException;
import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.access.RequestGate;
import dev.weir.api.form.BodyLimits;
import dev.weir.api.form.IncomingBodies;
import dev.weir.api.form.JsonRequest;
import dev.weir.api.form.ReceivedBody;
import dev.weir.api.response.OpenAnswers;
import dev.weir.api.response.TakenResponse;
import dev.weir.api.run.RunForm;
import dev.weir.api.run.RunResponder;
import dev.weir.runtime.Pools;
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
    private ProblemDocuments problems;
    private Pools pools;
    private Settings settings;
    private OpenAnswers open;
    private IncomingBodies bodies;

    /** For the container's proxies. */
    protected FaceRuns() {}

    @Inject
    FaceRuns(
            Runs runs,
            ProblemDocuments problems,
            Pools pools,
            Settings settings,
            OpenAnswers open,
            IncomingBodies bodies) {
        this.runs = runs;
        this.problems = problems;
        this.pools = pools;
        this.settings = settings;
        this.open = open;
        this.bodies = bodies;
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
        RunResponder responder = new RunResponder(
                response.take(),
                access,
                failures,
                new RunResponder.Services(runs, problems, open.responses(), pools.writers(), open.budget()));
        try {
            bodies.receive(
                    own, access, body -> run(responder, contentType, body, reading, access), responder::refuseBody);
        } catch (RuntimeException | Error e) {
            responder.refuseBody(WeirException.of(e));
        }
    }

    private void run(
            RunResponder responder,
            @Nullable String contentType,
            ReceivedBody body,
            Function<Map<String, @Nullable Object>, Asked> reading,
            Access access) {
        try {
            Asked asked = reading.apply(JsonRequest.read(contentType, body, BodyLimits.of(settings)));
            Run run = runs.admit(asked.plan(), access, body::close);
            responder.answer(asked.form().apply(run), run);
        } catch (RuntimeException | Error e) {
            body.close();
            responder.refuse(WeirException.of(e));
        }
    }
}
