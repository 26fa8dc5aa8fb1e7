package dev.weir.face;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import dev.weir.config.ComposeConfig;
import dev.weir.config.Exposure;
import dev.weir.config.ModelTask;
import dev.weir.config.WorkflowConfig;
import dev.weir.workflow.served.ServedWorkflow;
import java.util.List;

/** The workflows as models, by their ids. Stateless. */
public final class FaceModels {
    private static final int LONGEST_SHOWN = 80;

    private FaceModels() {}

    /** The id of a workflow's model. */
    public static String id(WorkflowConfig workflow) {
        return workflow.exposure().model().orElse(workflow.id());
    }

    /** The models among some workflows, in their order. */
    public static List<ServedWorkflow> among(List<ServedWorkflow> workflows) {
        return workflows.stream().filter(FaceModels::isModel).toList();
    }

    private static boolean isModel(ServedWorkflow workflow) {
        Exposure exposure = workflow.config().exposure();
        return exposure.isModel() && !exposure.isPrivate();
    }

    /**
     * The model with an id.
     *
     * @param workflows those that the caller may run
     * @throws WeirException {@link ErrorCode#UNKNOWN_WORKFLOW}
     */
    public static ServedWorkflow find(List<ServedWorkflow> workflows, String id) {
        return among(workflows).stream()
                .filter(workflow -> id(workflow.config()).equals(id))
                .findFirst()
                .orElseThrow(() -> new WeirException(
                        ErrorCode.UNKNOWN_WORKFLOW,
                        "no model has the id '" + Excerpt.of(id, LONGEST_SHOWN) + "': take one of the list of models"));
    }

    /** Whether a model gives vectors: its type says so, or its output is that of a local model for embeddings. */
    static boolean givesVectors(ServedWorkflow workflow, ComposeConfig config) {
        return workflow.config()
                .exposure()
                .type()
                .map(Exposure.Type.EMBEDDING::equals)
                .orElseGet(() -> LocalModel.of(workflow.config(), config)
                        .filter(local -> local.task() == ModelTask.TEXT_EMBEDDING)
                        .isPresent());
    }
}
