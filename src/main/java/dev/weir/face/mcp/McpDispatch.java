package dev.weir.face.mcp;

import dev.weir.WeirException;
import dev.weir.api.ProblemDocuments;
import dev.weir.api.run.RunAnswer;
import dev.weir.api.run.RunResponder;
import dev.weir.json.Json;
import dev.weir.security.Access;
import dev.weir.workflow.Run;
import dev.weir.workflow.RunPlan;
import dev.weir.workflow.Runs;
import dev.weir.workflow.TaskRegistry;
import dev.weir.workflow.Workflows;
import dev.weir.workflow.graph.JobOverrides;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers messages: a call of a tool by a run, each other request at once.
 *
 * @param calls what all calls share
 */
record McpDispatch(
        Runs runs, TaskRegistry tasks, Workflows workflows, ProblemDocuments problems, CallForm.Services calls) {
    /**
     * One request.
     *
     * @param files the address at which the output of a task is a file, without the id
     */
    record Exchange(Access access, McpHeaders headers, McpFailures failures, String files) {}

    /**
     * The body that was read.
     *
     * @param isTemporary whether its values are read from a resource that is released
     * @param release releases it, once; a second call does nothing
     */
    record Input(boolean isTemporary, Runnable release) {}

    /** Answers a message. Never throws. */
    void answer(Map<String, @Nullable Object> message, Input input, Exchange exchange, RunResponder responder) {
        try {
            exchange.failures().identify(McpRequest.id(message));
            McpRequest request = McpRequest.of(message, exchange.headers());
            exchange.failures().read(request);
            if (request.method().equals(McpRequest.CALL) && !request.isNotification()) {
                call(request, input, exchange, responder);
                return;
            }
            RunAnswer.Body body = request.isNotification() ? accepted() : result(request, exchange);
            input.release().run();
            responder.reply(body);
        } catch (RuntimeException | Error e) {
            input.release().run();
            responder.refuse(WeirException.of(e));
        }
    }

    private void call(McpRequest request, Input input, Exchange exchange, RunResponder responder) {
        String name = request.text("name");
        Map<String, @Nullable Object> arguments = request.arguments();
        Object token = request.progressToken();
        exchange.failures().calls(request);
        if (request.trace().isPresent()) {
            exchange.access().continueTrace(request.trace());
        }
        RunPlan plan = (served, caller) ->
                new RunPlan.Planned(Tools.find(served.workflows(caller), name), arguments, JobOverrides.NONE);
        Run run = runs.admit(plan, exchange.access(), input.release());
        if (input.isTemporary()) {
            run.markInputTemporary();
        }
        responder.answer(new CallForm(request, token, new ToolContent(run.taskId(), exchange.files()), calls), run);
    }

    private RunAnswer.Body result(McpRequest request, Exchange exchange) {
        McpTasks ofCaller = new McpTasks(tasks, problems, taskId -> new ToolContent(taskId, exchange.files()));
        Map<String, @Nullable Object> result = new McpMethods(workflows, ofCaller)
                .result(request, exchange.access().caller());
        byte[] bytes = Json.bytes(McpMessages.result(request, result));
        return new RunAnswer.Body(
                200, "application/json", Map.of("Content-Length", String.valueOf(bytes.length)), bytes, 0);
    }

    /** The answer to a notification. */
    private static RunAnswer.Body accepted() {
        return new RunAnswer.Body(202, "", Map.of("Content-Length", "0"), new byte[0], 0);
    }
}
