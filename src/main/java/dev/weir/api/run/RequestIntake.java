package dev.weir.api.run;

import dev.weir.WeirException;
import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.form.IncomingBodies;
import dev.weir.api.form.ReceivedBody;
import dev.weir.api.response.OpenAnswers;
import dev.weir.api.response.TakenResponse;
import dev.weir.runtime.Pools;
import dev.weir.security.Access;
import dev.weir.workflow.Runs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Consumer;

/** Takes the responses and receives the bodies of requests that start runs, for each API. No thread waits. Thread-safe. */
@ApplicationScoped
public class RequestIntake {
    private Runs runs;
    private ProblemDocuments problems;
    private Pools pools;
    private OpenAnswers open;
    private IncomingBodies bodies;

    /** For the container's proxies. */
    protected RequestIntake() {}

    @Inject
    RequestIntake(Runs runs, ProblemDocuments problems, Pools pools, OpenAnswers open, IncomingBodies bodies) {
        this.runs = runs;
        this.problems = problems;
        this.pools = pools;
        this.open = open;
        this.bodies = bodies;
    }

    /**
     * Takes a response. After this call no exception may reach the servlet or JAX-RS.
     *
     * @param failures the form of all failures
     */
    public RunResponder responder(TakenResponse response, Access access, FailureForm failures) {
        return new RunResponder(
                response.take(),
                access,
                failures,
                new RunResponder.Services(runs, problems, open.responses(), pools.writers(), open.budget()));
    }

    /**
     * Receives the body of a request. Never throws.
     *
     * @param request the server's own request
     * @param responder is told each failure, also that of {@code whenComplete}
     * @param whenComplete takes the body and closes it; if it throws, the body is closed here
     */
    public void receive(
            HttpServletRequest request, Access access, RunResponder responder, Consumer<ReceivedBody> whenComplete) {
        try {
            bodies.receive(
                    request,
                    access,
                    body -> {
                        try {
                            whenComplete.accept(body);
                        } catch (RuntimeException | Error e) {
                            body.close();
                            responder.refuse(WeirException.of(e));
                        }
                    },
                    responder::refuseBody);
        } catch (RuntimeException | Error e) {
            responder.refuseBody(WeirException.of(e));
        }
    }
}
