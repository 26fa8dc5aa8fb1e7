package dev.weir.config.schema;

import dev.weir.binding.ValueType;
import dev.weir.config.ComposeConfig;
import dev.weir.config.WorkflowConfig;
import dev.weir.config.schema.WorkflowSchema.Variable;
import dev.weir.config.yaml.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the output variables of a workflow: the references in its output template, each named by its place. A reference to
 * the output of a job without a type stands for the variables of that output: those of the job's template, of its action's, or of
 * the workflow that the action runs.
 */
final class OutputVariables {
    private static final ValueType ANY = new ValueType("any", "", "");
    private static final Set<String> STREAM_FORMATS = Set.of("sse-text", "sse-json");

    private final WorkflowConfig workflow;
    private final ComposeConfig config;
    private final Optional<String> wire;

    OutputVariables(WorkflowConfig workflow, ComposeConfig config) {
        this.workflow = workflow;
        this.config = config;
        this.wire = WireFormats.of(workflow, config).common().filter(STREAM_FORMATS::contains);
    }

    List<Variable> find() {
        Map<String, Variable> found = new LinkedHashMap<>();
        for (OutputParts.Part part : new OutputParts(new OutputStages(config)).of(workflow)) {
            String name = Printable.suffix(part.place()).replaceFirst("^\\.", "");
            found.putIfAbsent(name, variable(name, part));
        }
        return found.isEmpty()
                ? List.of(new Variable("", List.of(), ANY, false, false, null, Map.of()))
                : List.copyOf(found.values());
    }

    private Variable variable(String name, OutputParts.Part part) {
        ValueType declared = part.type();
        return new Variable(
                name,
                List.of(),
                sent(name, declared == null ? part.defaultType() : declared),
                declared != null,
                false,
                part.defaultValue(),
                part.annotations());
    }

    /** Returns a type with the format on the wire: that of the whole output, whichever format the templates name for it. */
    private ValueType sent(String name, @Nullable ValueType known) {
        ValueType type = known == null ? ValueType.STRING : known;
        boolean streams = STREAM_FORMATS.contains(type.format());
        if (!streams && (!name.isEmpty() || wire.isEmpty() || !type.format().isEmpty())) {
            return type;
        }
        return new ValueType(known == null ? "text" : type.name(), type.subtype(), wire.orElse(""));
    }
}
