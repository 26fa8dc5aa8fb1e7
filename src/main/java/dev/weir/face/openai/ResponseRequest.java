package dev.weir.face.openai;

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

/** Reads the request of a response. Nothing of an earlier response is kept, so a request has the whole conversation. Stateless. */
final class ResponseRequest {
    private static final String TOOLS = "tools";
    private static final String TOOL_CHOICE = "tool_choice";
    private static final String BACKGROUND = "background";
    private static final String FUNCTION = "function";
    private static final String TYPE = "type";
    private static final double HOTTEST = 2;

    /** The fields that the API itself uses, or that have no effect on the answer. */
    private static final Set<String> OWN =
            Set.of("model", ResponseInput.FIELD, ResponseInput.INSTRUCTIONS, "metadata", "text", "prompt");

    /** The fields that change the answer, with the values that change nothing. */
    private static final Map<String, Predicate<Object>> CHANGING = changing();

    private ResponseRequest() {}

    private static Map<String, Predicate<Object>> changing() {
        // Clients send fields of chat completions, too.
        Map<String, Predicate<Object>> fields = new HashMap<>(RequestFields.CHANGING);
        for (String field : List.of("seed", "max_tokens", "max_completion_tokens")) {
            fields.put(field, value -> false);
        }
        fields.put("stop", BodyFields::isEmpty);
        fields.put("n", value -> value instanceof Number number && number.doubleValue() == 1);
        for (String field : List.of("previous_response_id", "conversation", "prompt", "max_tool_calls", "moderation")) {
            fields.put(field, value -> false);
        }
        fields.put("truncation", value -> value.equals("disabled"));
        fields.put("text", ResponseRequest::isPlain);
        fields.put("top_logprobs", value -> value instanceof Number number && number.doubleValue() == 0);
        fields.put(TOOL_CHOICE, value -> value.equals("auto") || value.equals("none"));
        for (String field : List.of(TOOLS, "reasoning", "include", "context_management")) {
            fields.put(field, BodyFields::isEmpty);
        }
        return fields;
    }

    /** Whether the settings of a text are those of plain text. */
    private static boolean isPlain(Object text) {
        return text instanceof Map<?, ?> map
                && (map.get("format") == null || Map.of(TYPE, "text").equals(map.get("format")))
                && (map.get("verbosity") == null || "medium".equals(map.get("verbosity")));
    }

    static FaceRuns.Asked read(Map<String, @Nullable Object> body) {
        RequestFields fields = new RequestFields(body);
        Map<String, Object> others = fields.others(OWN);
        others.computeIfPresent(TOOLS, (name, tools) -> ofChat(tools));
        others.computeIfPresent(TOOL_CHOICE, (name, choice) -> nested(choice));
        fields.flag(BACKGROUND);
        ModelRequest request = new ModelRequest(
                fields.model(),
                body,
                ResponseInput.read(body.get(ResponseInput.INSTRUCTIONS), body.get(ResponseInput.FIELD)),
                options(new BodyFields(body)),
                others,
                fields.flag("stream"));
        ResponseAnswer.Wish wish = ResponseAnswer.Wish.of(request);
        return new FaceRuns.Asked(
                new ModelPlan(request, Exposure.Type.CHAT, isTaken -> check(body, isTaken)),
                run -> new ModelForm(
                        request.streams(),
                        body,
                        of -> new ResponseEvents(ResponseAnswer.of(wish, of)),
                        of -> new WholeResponse(ResponseAnswer.of(wish, of))));
    }

    private static Map<String, ModelRequest.Option> options(BodyFields fields) {
        Map<String, ModelRequest.Option> options = new LinkedHashMap<>();
        fields.number(ModelRequest.TEMPERATURE, HOTTEST, options);
        fields.number(ModelRequest.TOP_P, 1, options);
        fields.whole(ModelRequest.MAX_TOKENS, "max_output_tokens", 1, Integer.MAX_VALUE, options);
        return options;
    }

    private static void check(Map<String, @Nullable Object> body, Predicate<String> isTaken) {
        List<String> refused = new ArrayList<>(new BodyFields(body).unsupported(CHANGING, isTaken));
        if (Boolean.TRUE.equals(body.get(BACKGROUND))) {
            refused.add(BACKGROUND);
        }
        boolean hasTools = isTaken.test(TOOLS);
        if (hasTools
                && !isTaken.test(TOOL_CHOICE)
                && body.get(TOOL_CHOICE) != null
                && !"auto".equals(body.get(TOOL_CHOICE))) {
            refused.add(TOOL_CHOICE);
        }
        if (hasTools && Boolean.FALSE.equals(body.get("parallel_tool_calls")) && !isTaken.test("parallel_tool_calls")) {
            refused.add("parallel_tool_calls");
        }
        BodyFields.refuse(refused);
    }

    /** The tools in the shape of chat completions, for an input that takes them beside messages. */
    private static Object ofChat(Object tools) {
        return tools instanceof List<?> list
                ? list.stream().map(ResponseRequest::nested).toList()
                : tools;
    }

    /** A function, or the choice of one, with its members inside {@code function}; anything else as it is. */
    private static Object nested(Object tool) {
        if (!(tool instanceof Map<?, ?> members)
                || !FUNCTION.equals(members.get(TYPE))
                || members.get("name") == null) {
            return tool;
        }
        Map<Object, @Nullable Object> function = new LinkedHashMap<>(members);
        function.remove(TYPE);
        Map<String, Object> nested = new LinkedHashMap<>();
        nested.put(TYPE, FUNCTION);
        nested.put(FUNCTION, function);
        return nested;
    }
}
