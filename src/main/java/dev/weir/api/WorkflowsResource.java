package dev.weir.api;

import dev.weir.binding.Json;
import dev.weir.config.WorkflowSchema;
import dev.weir.workflow.ServedWorkflow;
import dev.weir.workflow.Workflows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the caller can run. */
@Path("workflows")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class WorkflowsResource {
    @Inject
    private Workflows workflows;

    /** All workflows, with their inputs and outputs if asked for. */
    @GET
    public byte[] list(@Context HttpServletRequest request) {
        boolean includeSchema = Query.of(request).flag("include_schema", false);
        List<Map<String, @Nullable Object>> list = workflows.all(Gate.caller(request)).stream()
                .map(workflow -> document(workflow, includeSchema, workflows::mask))
                .toList();
        return Json.bytes(list);
    }

    /** One workflow with its inputs and outputs. */
    @GET
    @Path("{id}/schema")
    public byte[] schema(@PathParam("id") String id, @Context HttpServletRequest request) {
        return Json.bytes(document(workflows.workflow(id, Gate.caller(request)), true, workflows::mask));
    }

    /** @param mask leaves secrets out of a text */
    static Map<String, @Nullable Object> document(
            ServedWorkflow workflow, boolean includeSchema, UnaryOperator<String> mask) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("workflow_id", workflow.config().id());
        document.put("title", workflow.config().title());
        document.put("description", workflow.config().description());
        document.put("default", workflow.isDefault());
        if (includeSchema) {
            document.put("input", described(workflow.schema().input(), mask));
            document.put("output", described(workflow.schema().output(), mask));
        }
        return document;
    }

    private static List<Map<String, @Nullable Object>> described(
            List<WorkflowSchema.Variable> variables, UnaryOperator<String> mask) {
        return variables.stream().map(variable -> described(variable, mask)).toList();
    }

    /** Without a default that is a secret: a form would show it, and what is masked would be sent in its place. */
    private static Map<String, @Nullable Object> described(
            WorkflowSchema.Variable variable, UnaryOperator<String> mask) {
        Map<String, @Nullable Object> described = variable.describe();
        if (variable.defaultValue() != null) {
            String shown = Json.write(variable.defaultValue());
            if (!mask.apply(shown).equals(shown)) {
                described.remove("default");
            }
        }
        return described;
    }
}
