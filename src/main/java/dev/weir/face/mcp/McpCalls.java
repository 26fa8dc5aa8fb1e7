package dev.weir.face.mcp;

import dev.weir.api.FailureForm;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.form.BodyLimits;
import dev.weir.api.form.JsonRequest;
import dev.weir.api.response.TakenResponse;
import dev.weir.api.run.RequestIntake;
import dev.weir.api.run.RunResponder;
import dev.weir.runtime.Pools;
import dev.weir.runtime.Settings;
import dev.weir.security.Access;
import dev.weir.stream.Timers;
import dev.weir.workflow.Runs;
import dev.weir.workflow.TaskRegistry;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers the messages of clients. No thread waits for a body or a run. Thread-safe. */
@ApplicationScoped
public class McpCalls {
    private Runs runs;
    private TaskRegistry tasks;
    private Workflows workflows;
    private ProblemDocuments problems;
    private Pools pools;
    private Settings settings;
    private RequestIntake intake;

    /** For the container's proxies. */
    protected McpCalls() {}

    @Inject
    McpCalls(
            Runs runs,
            TaskRegistry tasks,
            Workflows workflows,
            ProblemDocuments problems,
            Pools pools,
            Settings settings,
            RequestIntake intake) {
        this.runs = runs;
        this.tasks = tasks;
        this.workflows = workflows;
        this.problems = problems;
        this.pools = pools;
        this.settings = settings;
        this.intake = intake;
    }

    /** Takes a response. After this call no exception may reach the servlet. */
    RunResponder responder(TakenResponse response, Access access, FailureForm failures) {
        return intake.responder(response, access, failures);
    }

    /**
     * Answers a request when its body is complete.
     *
     * @param request the server's own request
     */
    void receive(HttpServletRequest request, TakenResponse response, McpDispatch.Exchange exchange) {
        String contentType = request.getContentType();
        RunResponder responder = responder(response, exchange.access(), exchange.failures());
        intake.receive(request, exchange.access(), responder, body -> {
            Map<String, @Nullable Object> message = JsonRequest.read(contentType, body, BodyLimits.of(settings));
            boolean isTemporary = !body.uploads().isEmpty();
            dispatch().answer(message, new McpDispatch.Input(isTemporary, body::close), exchange, responder);
        });
    }

    private McpDispatch dispatch() {
        return new McpDispatch(
                runs,
                tasks,
                workflows,
                problems,
                new CallForm.Services(new Timers(pools.timers()), settings.mcp().taskAfter(), runs::requireSize));
    }
}
