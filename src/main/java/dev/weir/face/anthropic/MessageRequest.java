package dev.weir.face.anthropic;

import dev.weir.config.Exposure;
import dev.weir.face.BodyFields;
import dev.weir.face.FaceRuns;
import dev.weir.face.ModelForm;
import dev.weir.face.ModelPlan;
import dev.weir.face.ModelRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the request of a message. Stateless. */
final class MessageRequest {
    private static final String MAX_TOKENS = "max_tokens";
    private static final String TOOLS = "tools";
    private static final String TOOL_CHOICE = "tool_choice";
    private static final String TYPE = "type";

    /** The fields that the API itself uses, or that have no effect on the answer. */
    private static final Set<String> OWN =
            Set.of("model", MessageTurns.MESSAGES, MessageTurns.SYSTEM, "metadata", "cache_control");

    /** The fields that change the answer, with the values that change nothing. */
    private static final Map<String, Predicate<Object>> CHANGING = changing();

    private static Map<String, Predicate<Object>> changing() {
        Map<String, Predicate<Object>> fields = new HashMap<>();
        for (String field : List.of("output_format", "container", "thread", "seed", "response_format")) {
            fields.put(field, value -> false);
        }
        for (String field :
                List.of(TOOLS, "output_config", "mcp_servers", "compaction", "context_management", "stop")) {
            fields.put(field, BodyFields::isEmpty);
        }
        fields.put(TOOL_CHOICE, value -> isOfType("auto", value) || isOfType("none", value));
        fields.put("thinking", value -> isOfType("disabled", value));
        fields.put("n", value -> value instanceof Number number && number.doubleValue() == 1);
        return fields;
    }

    private MessageRequest() {}

    static FaceRuns.Asked read(Map<String, @Nullable Object> body) {
        BodyFields fields = new BodyFields(body);
        ModelRequest request = new ModelRequest(
                fields.model(),
                body,
                MessageTurns.read(body.get(MessageTurns.SYSTEM), body.get(MessageTurns.MESSAGES)),
                options(fields),
                fields.others(OWN),
                fields.flag("stream"));
        ModelPlan plan = new ModelPlan(request, Exposure.Type.CHAT, isTaken -> check(fields, isTaken));
        return new FaceRuns.Asked(
                plan,
                run -> new ModelForm(
                        request.streams(),
                        body,
                        of -> new MessageEvents(MessageAnswer.of(request.model(), of)),
                        of -> new WholeMessage(MessageAnswer.of(request.model(), of))));
    }

    private static Map<String, ModelRequest.Option> options(BodyFields fields) {
        Map<String, ModelRequest.Option> options = new LinkedHashMap<>();
        fields.whole(ModelRequest.MAX_TOKENS, MAX_TOKENS, 1, Integer.MAX_VALUE, options);
        if (options.isEmpty()) {
            throw BodyFields.invalid(MAX_TOKENS, "a whole number from 1 to " + Integer.MAX_VALUE, null);
        }
        options.replaceAll((name, option) -> option.obligatory());
        fields.number(ModelRequest.TEMPERATURE, 1, options);
        fields.number(ModelRequest.TOP_P, 1, options);
        fields.whole(ModelRequest.TOP_K, ModelRequest.TOP_K, 0, Integer.MAX_VALUE, options);
        fields.texts(ModelRequest.STOP, "stop_sequences", options);
        return options;
    }

    private static void check(BodyFields fields, Predicate<String> isTaken) {
        List<String> refused = new ArrayList<>(fields.unsupported(CHANGING, isTaken));
        Object choice = fields.body().get(TOOL_CHOICE);
        boolean chooses = choice != null && !choice.equals(Map.of(TYPE, "auto"));
        if (chooses && isTaken.test(TOOLS) && !isTaken.test(TOOL_CHOICE)) {
            refused.add(TOOL_CHOICE);
        }
        BodyFields.refuse(refused);
    }

    private static boolean isOfType(String type, Object value) {
        return value instanceof Map<?, ?> map && type.equals(map.get(TYPE));
    }
}
