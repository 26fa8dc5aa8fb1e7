package dev.weir.workflow.served;

import dev.weir.config.ComposeConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.InputValidation;
import dev.weir.config.schema.WireFormats;
import dev.weir.config.schema.WorkflowSchema;
import dev.weir.filter.OutputFilters;
import dev.weir.security.Allowance;

/**
 * A workflow with all that is derived from its configuration once, at the load.
 *
 * @param isDefault true if a request without a workflow id runs this one
 * @param schema the types of input and output
 * @param inputs checks inputs
 * @param allowance the limits of all callers together
 * @param filters the filters of the output
 * @param formats the formats of a streamed output
 * @param isEventStream true if every output is a stream of server-sent events
 */
public record ServedWorkflow(
        WorkflowConfig config,
        boolean isDefault,
        WorkflowSchema schema,
        InputValidation inputs,
        Allowance allowance,
        OutputFilters filters,
        WireFormats formats,
        boolean isEventStream) {

    /** Derives schema, checks, limits and filters of a workflow. */
    public static ServedWorkflow of(WorkflowConfig workflow, ComposeConfig config) {
        WorkflowSchema schema = WorkflowSchema.of(workflow, config);
        WireFormats formats = WireFormats.of(workflow, config);
        boolean isDefault = config.defaultWorkflow().filter(workflow::equals).isPresent();
        return new ServedWorkflow(
                workflow,
                isDefault,
                schema,
                InputValidation.of(schema),
                new Allowance("workflow", workflow.limits(), System::nanoTime),
                new OutputFilters(workflow.filters()),
                formats,
                StaticOutput.isEventStream(workflow, formats, config));
    }
}
