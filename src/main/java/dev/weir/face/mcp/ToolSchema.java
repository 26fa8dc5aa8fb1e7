package dev.weir.face.mcp;

import dev.weir.binding.Template;
import dev.weir.binding.ValueType;
import dev.weir.config.ActionJob;
import dev.weir.config.JobConfig;
import dev.weir.config.schema.WorkflowSchema;
import dev.weir.config.schema.WorkflowSchema.Variable;
import dev.weir.json.Json;
import dev.weir.json.PathStep;
import dev.weir.workflow.served.ServedWorkflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes JSON Schemas (draft 2020-12) from the declarations of a workflow.
 *
 * @param mask masks the secrets in a text
 */
record ToolSchema(UnaryOperator<String> mask) {
    private static final String TYPE = "type";
    private static final String DESCRIPTION = "description";
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_ -]*");

    /** An object while its properties are collected. */
    private static final class Properties {
        private final Map<String, Object> properties = new LinkedHashMap<>();
        private final Set<String> required = new LinkedHashSet<>();

        /** The properties of the object that is the property with that name. Null if the name has another type. */
        @Nullable
        Properties within(String name) {
            Object inner = properties.computeIfAbsent(name, key -> new Properties());
            return inner instanceof Properties object ? object : null;
        }

        Map<String, Object> schema(boolean isClosed) {
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put(TYPE, "object");
            Map<String, Object> described = new LinkedHashMap<>();
            properties.forEach((name, value) ->
                    described.put(name, value instanceof Properties inner ? inner.schema(false) : value));
            schema.put("properties", described);
            if (!required.isEmpty()) {
                schema.put("required", List.copyOf(required));
            }
            if (isClosed) {
                schema.put("additionalProperties", false);
            }
            return schema;
        }
    }

    /** The schema of the arguments. */
    Map<String, Object> input(WorkflowSchema workflow) {
        Properties input = new Properties();
        boolean isClosed = true;
        for (Variable variable : workflow.input()) {
            if (variable.path().isEmpty()) {
                isClosed = false;
            } else {
                add(input, variable);
            }
        }
        return input.schema(isClosed);
    }

    /** Adds a variable at its path. Behind a step that is not a name, nothing is known. */
    private void add(Properties input, Variable variable) {
        Properties owner = input;
        List<PathStep> path = variable.path();
        for (int i = 0; i < path.size(); i++) {
            if (!(path.get(i) instanceof PathStep.Key key)) {
                return;
            }
            boolean isLast = i == path.size() - 1;
            boolean isLeaf = isLast || !(path.get(i + 1) instanceof PathStep.Key);
            if (variable.required()) {
                owner.required.add(key.name());
            }
            if (isLeaf) {
                owner.properties.merge(
                        key.name(), isLast ? described(variable) : Map.of(), (first, second) -> Map.of());
                return;
            }
            Properties inner = owner.within(key.name());
            if (inner == null) {
                owner.properties.put(key.name(), Map.of());
                return;
            }
            owner = inner;
        }
    }

    private Map<String, Object> described(Variable variable) {
        Map<String, Object> schema = typed(variable.type());
        Object value = variable.defaultValue();
        if (value != null) {
            String shown = Json.write(value);
            if (mask.apply(shown).equals(shown)) {
                schema.put("default", value);
            }
        }
        String description = variable.annotations().get(DESCRIPTION);
        if (description != null) {
            schema.put(DESCRIPTION, mask.apply(description));
        }
        return schema;
    }

    private static Map<String, Object> typed(ValueType type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        switch (type.name()) {
            case "text", "string", "markdown" -> schema.put(TYPE, "string");
            case "number", "integer", "boolean" -> schema.put(TYPE, type.name());
            case "list" -> schema.put(TYPE, "array");
            case "object" -> schema.put(TYPE, "object");
            case "select" -> {
                schema.put(TYPE, "string");
                schema.put("enum", type.options());
            }
            case "slider" -> {
                schema.put(TYPE, "number");
                List<Number> range = new ArrayList<>(type.range());
                if (range.size() > 1) {
                    schema.put("minimum", range.get(0));
                    schema.put("maximum", range.get(1));
                }
            }
            case "base64", "image", "audio", "video", "file" -> file(type, schema);
            default -> {
                if (type.name().endsWith("[]")) {
                    schema.put(TYPE, "array");
                    schema.put(
                            "items",
                            typed(new ValueType(
                                    type.name().substring(0, type.name().length() - 2), type.subtype(), "")));
                }
            }
        }
        return schema;
    }

    /** A file is a text: its content as base64, or its address. */
    private static void file(ValueType type, Map<String, Object> schema) {
        schema.put(TYPE, "string");
        if (!type.format().equals("url") && !type.format().equals("path")) {
            schema.put("contentEncoding", "base64");
            if (!type.name().equals("base64")
                    && !type.name().equals("file")
                    && !type.subtype().isEmpty()) {
                schema.put("contentMediaType", type.name() + "/" + type.subtype());
            }
        }
    }

    /** The schema of the output; empty if the output is not declared as an object. */
    Optional<Map<String, Object>> output(ServedWorkflow workflow) {
        if (!isObject(workflow)) {
            return Optional.empty();
        }
        Properties output = new Properties();
        for (Variable variable : workflow.schema().output()) {
            String name = variable.name().split("[.\\[]", 2)[0];
            if (!name.isEmpty()) {
                output.properties.merge(
                        name, name.equals(variable.name()) ? given(variable) : Map.of(), (first, second) -> Map.of());
            }
        }
        return Optional.of(output.schema(false));
    }

    /** The schema of a part of the output. Each part may be null. */
    private Map<String, Object> given(Variable variable) {
        Map<String, Object> schema = new LinkedHashMap<>();
        if (variable.declared() && typed(variable.type()).get(TYPE) instanceof String type) {
            schema.put(TYPE, List.of(type, "null"));
        }
        String description = variable.annotations().get(DESCRIPTION);
        if (description != null) {
            schema.put(DESCRIPTION, mask.apply(description));
        }
        return schema;
    }

    /** Whether the output is always an object: the template of the workflow, or that of its only last job. */
    private static boolean isObject(ServedWorkflow workflow) {
        Template own = workflow.config().output();
        if (own != null) {
            return isObject(own);
        }
        List<JobConfig> last = workflow.config().terminalJobs();
        return last.size() == 1
                && last.get(0) instanceof ActionJob job
                && job.output() != null
                && isObject(job.output());
    }

    /** Whether a template gives a mapping. A key of another form may be an operator. */
    private static boolean isObject(Template template) {
        return template.source() instanceof Map<?, ?> mapping
                && !template.streams()
                && mapping.keySet().stream()
                        .allMatch(key -> NAME.matcher(String.valueOf(key)).matches());
    }
}
