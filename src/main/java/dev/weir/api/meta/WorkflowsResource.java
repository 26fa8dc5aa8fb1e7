package dev.weir.api.meta;

import dev.weir.api.access.RequestGate;
import dev.weir.api.form.Query;
import dev.weir.config.schema.WorkflowSchema;
import dev.weir.json.Json;
import dev.weir.workflow.Workflows;
import dev.weir.workflow.served.ServedWorkflow;
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

/** The workflows that the caller may run. */
@Path("workflows")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class WorkflowsResource {
    @Inject
    private Workflows workflows;

    /** All workflows; with {@code include_schema} also their inputs and outputs. */
    @GET
    public byte[] list(@Context HttpServletRequest request) {
        boolean includeSchema = Query.of(request).flag("include_schema", false);
        List<Map<String, @Nullable Object>> list = workflows.all(RequestGate.caller(request)).stream()
                .map(workflow -> document(workflow, includeSchema, workflows::mask))
                .toList();
        return Json.bytes(list);
    }

    /** One workflow with its inputs and outputs. */
    @GET
    @Path("{id}/schema")
    public byte[] schema(@PathParam("id") String id, @Context HttpServletRequest request) {
        return Json.bytes(document(workflows.workflow(id, RequestGate.caller(request)), true, workflows::mask));
    }

    /**
     * The description of a workflow for clients.
     *
     * @param mask masks the secrets in a text
     */
    public static Map<String, @Nullable Object> document(
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

    /**
     * The description of a variable. A default with a secret is left out: a form would show the mask and send it as the value.
     */
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
