package dev.weir.workflow.served;

import dev.weir.config.ComposeConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.InputValidation;
import dev.weir.config.schema.WorkflowSchema;
import dev.weir.filter.OutputFilters;
import dev.weir.security.Allowance;

/**
 * A workflow with what was made of it when its configuration was loaded, once for all its runs.
 *
 * @param isDefault true if a run that names no workflow runs this one
 * @param schema what it takes and gives
 * @param inputs checks what it is given
 * @param allowance what all its callers may have of it together
 * @param filters what may not leave of what it gives
 * @param isEventStream whether every output of it is a stream of server-sent events
 */
public record ServedWorkflow(
        WorkflowConfig config,
        boolean isDefault,
        WorkflowSchema schema,
        InputValidation inputs,
        Allowance allowance,
        OutputFilters filters,
        boolean isEventStream) {

    public static ServedWorkflow of(WorkflowConfig workflow, ComposeConfig config) {
        WorkflowSchema schema = WorkflowSchema.of(workflow, config);
        boolean isDefault = config.defaultWorkflow().filter(workflow::equals).isPresent();
        return new ServedWorkflow(
                workflow,
                isDefault,
                schema,
                InputValidation.of(schema),
                new Allowance("workflow", workflow.limits(), System::nanoTime),
                new OutputFilters(workflow.filters()),
                StaticOutput.isEventStream(workflow, config));
    }
}
