package dev.weir.face;

import dev.weir.config.Exposure;
import dev.weir.security.Caller;
import dev.weir.workflow.RunPlan;
import dev.weir.workflow.served.ServedConfiguration;
import dev.weir.workflow.served.ServedWorkflow;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The plan of a run that a request to a model starts.
 *
 * @param type the kind of model that the request needs
 * @param fields checks the other fields of the request; its argument tells whether the workflow's input has a field
 */
public record ModelPlan(ModelRequest request, Exposure.Type type, Fields fields) implements RunPlan {
    /** Checks the fields of a request that only one API has. */
    @FunctionalInterface
    public interface Fields {
        /** Refuses a field that changes the answer and that the input does not have. */
        void check(Predicate<String> isTaken);
    }

    @Override
    public Planned plan(ServedConfiguration served, Caller caller) {
        ServedWorkflow workflow = FaceModels.find(served.workflows(caller), request.model());
        requireType(workflow, served);
        InputMapping.Mapped mapped =
                InputMapping.of(workflow, request, served.config().environment());
        fields.check(mapped::takes);
        Optional<LocalModel> model = LocalModel.of(workflow.config(), served.config());
        return new Planned(workflow, mapped.input(), GenerationOptions.of(request, mapped, model));
    }

    private void requireType(ServedWorkflow workflow, ServedConfiguration served) {
        boolean vectors = FaceModels.givesVectors(workflow, served.config());
        Optional<Exposure.Type> declared = workflow.config().exposure().type();
        if (vectors != (type == Exposure.Type.EMBEDDING)
                || (!vectors && declared.isPresent() && declared.get() != type)) {
            throw RefusedFieldException.unsupported(
                    "model",
                    "the model '" + request.model() + "' is of another kind than this path (needs " + name(type)
                            + "): take another path or another model");
        }
    }

    private static String name(Exposure.Type type) {
        return switch (type) {
            case CHAT -> "chat";
            case COMPLETION -> "completion";
            case EMBEDDING -> "embedding";
        };
    }
}
