package dev.weir.config.reader;

import dev.weir.binding.Bindings;
import dev.weir.binding.Template;
import dev.weir.config.Classification;
import dev.weir.config.ModelAction;
import dev.weir.config.ModelTask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the actions of a {@code model} component, and checks every constant value. */
public final class ModelActionReader {
    private static final Template NOT_STREAMING = Template.parse(false);
    /** Parameters that model-compose also takes beside {@code params}. */
    public static final List<String> OUTER_PARAMETERS =
            List.of("max_output_length", "min_output_length", "num_return_sequences", "pooling", "normalize");

    private static final String PROBABILITIES = "return_probabilities";
    private static final String LABELS = "labels";
    private static final String MAX_INPUT = "max_input_length";

    private final Section component;
    private final ModelTask task;

    ModelActionReader(Section component, ModelTask task) {
        this.component = component;
        this.task = task;
    }

    Optional<ModelAction> read(String id, Section action) {
        Template messages = action.template("messages", SourceScope.ACTION_INPUT);
        Template prompt = action.template("prompt", SourceScope.ACTION_INPUT);
        Template text = action.template("text", SourceScope.ACTION_INPUT);
        checkInput(action);
        action.unsupported("rate_limit", "cache");
        ModelAction read = new ModelAction(
                id,
                Actions.isDefault(action, component),
                text == null ? prompt : text,
                messages,
                Optional.ofNullable(checked(action, "streaming", ParameterRule.TRUTH))
                        .orElse(NOT_STREAMING),
                checked(action, "batch_size", ParameterRule.WHOLE_FROM_1),
                maxInputLength(action),
                action.template("stop_sequences", SourceScope.ACTION_INPUT),
                params(action),
                task == ModelTask.TEXT_CLASSIFICATION ? classification(action) : unclassified(action),
                action.template("output", SourceScope.MODEL_OUTPUT),
                action.location());
        checkStreaming(action, read);
        return Optional.of(read);
    }

    private void checkInput(Section action) {
        boolean chat = task == ModelTask.CHAT_COMPLETION;
        boolean hasText = action.has("text") || action.has("prompt");
        if (action.has("text") && action.has("prompt")) {
            action.error("prompt", "'text' and 'prompt' mean the same", "remove one of them");
        }
        if (chat && !action.has("messages")) {
            action.missing("messages", "write a list of {role: user, content: …}");
        } else if (!chat && !hasText) {
            action.missing("text", "write the input, such as text: ${input.text as text}");
        }
        if (chat && hasText) {
            action.error(action.has("text") ? "text" : "prompt", "chat completion takes 'messages'", "remove it");
        } else if (!chat && action.has("messages")) {
            action.error("messages", task + " takes 'text'", "remove it, or set task: chat-completion");
        }
    }

    /** Reads the most tokens of the input, which may be beside the parameters or among them. */
    private static @Nullable Template maxInputLength(Section action) {
        Template beside = checked(action, MAX_INPUT, ParameterRule.WHOLE_FROM_1);
        Section params = action.mapping("params").orElse(null);
        Template among = params == null ? null : checked(params, MAX_INPUT, ParameterRule.WHOLE_FROM_1);
        if (params != null
                && beside != null
                && among != null
                && !beside.toString().equals(among.toString())) {
            params.error(
                    MAX_INPUT,
                    "'" + MAX_INPUT + "' is " + among + " here and " + beside + " at the action",
                    "remove one of them");
        }
        return beside == null ? among : beside;
    }

    /** Reads the form of the answers. The key among the parameters gives the form of the first versions of model-compose. */
    private static Classification classification(Section action) {
        List<String> labels = action.texts(LABELS);
        Template beside = checked(action, PROBABILITIES, ParameterRule.TRUTH);
        Section params = action.mapping("params").orElse(action);
        boolean bare = params != action && params.has(PROBABILITIES);
        if (bare && action.has(PROBABILITIES)) {
            action.error(
                    PROBABILITIES,
                    "'" + PROBABILITIES + "' stands at the action and among its 'params'",
                    "remove the one in 'params', which gives bare labels");
        }
        return new Classification(labels, bare ? checked(params, PROBABILITIES, ParameterRule.TRUTH) : beside, bare);
    }

    private static Classification unclassified(Section action) {
        action.unsupported(LABELS, PROBABILITIES);
        return Classification.PLAIN;
    }

    private Map<String, Template> params(Section action) {
        Map<String, Template> params = new LinkedHashMap<>();
        for (String name : OUTER_PARAMETERS) {
            put(params, name, checked(action, name, ParameterRule.of(name)));
        }
        action.mapping("params").ifPresent(section -> {
            ParameterRule.ALL.forEach((name, rule) -> put(params, name, checked(section, name, rule)));
            section.has(MAX_INPUT);
            if (task != ModelTask.TEXT_CLASSIFICATION) {
                section.unsupported(PROBABILITIES);
            }
            section.has(PROBABILITIES);
            section.unsupported("do_normalize");
            section.finish();
        });
        return params;
    }

    private static void put(Map<String, Template> params, String name, @Nullable Template value) {
        if (value != null) {
            params.put(name, value);
        }
    }

    /** Reads a value as a template; a constant must follow the rule. */
    static @Nullable Template checked(Section section, String key, ParameterRule rule) {
        Template template = section.template(key, SourceScope.ACTION_INPUT);
        if (template != null && template.isConstant()) {
            Object value = template.render(Bindings.empty());
            Boolean truth = rule.takesTruth() ? Section.booleanOf(value) : null;
            if (truth != null) {
                return Template.parse(truth);
            }
            String fault = rule.fault(value);
            if (!fault.isEmpty()) {
                section.error(key, "'" + key + "' " + fault, "");
                return null;
            }
        }
        return template;
    }

    /** Reports settings that exclude streaming, as far as they are known before a run. */
    private void checkStreaming(Section action, ModelAction read) {
        if (!Boolean.TRUE.equals(constant(read.streaming()))) {
            warnOfChunks(action, read);
            return;
        }
        if (!task.generates()) {
            action.error("streaming", task + " has no text to stream", "remove 'streaming'");
        }
        if (isAbove1(read.batchSize())) {
            action.error("batch_size", "streaming needs 'batch_size: 1'", "set it to 1, or remove 'streaming'");
        }
        Section params = action.mapping("params").orElse(action);
        if (isAbove1(read.params().get("num_return_sequences"))) {
            (params.has("num_return_sequences") ? params : action)
                    .error(
                            "num_return_sequences",
                            "streaming needs 'num_return_sequences: 1'",
                            "set it to 1, or remove 'streaming'");
        }
        if (read.text() != null && constant(read.text()) instanceof List<?> inputs && inputs.size() > 1) {
            action.error(
                    action.has("text") ? "text" : "prompt",
                    "streaming takes a single input",
                    "write one text, not a list");
        }
        if (isAbove1(read.params().get("num_beams"))) {
            action.loading.problems.warning(
                    params.locationOf("num_beams"),
                    params.pathOf("num_beams"),
                    "with 'num_beams' over 1 nothing streams until the best beam is known",
                    "set num_beams: 1");
        }
    }

    /** Warns about an output that refers to chunks although nothing streams. */
    private static void warnOfChunks(Section action, ModelAction read) {
        if (read.streaming().isConstant()
                && read.output() != null
                && read.output().streams()) {
            action.loading.problems.warning(
                    action.locationOf("output"),
                    action.pathOf("output"),
                    "'result[]' exists only while the text streams",
                    "add 'streaming: true', or write 'result'");
        }
    }

    private static boolean isAbove1(@Nullable Template template) {
        return constant(template) instanceof Number number && number.longValue() > 1;
    }

    private static @Nullable Object constant(@Nullable Template template) {
        return template != null && template.isConstant() ? template.render(Bindings.empty()) : null;
    }
}
