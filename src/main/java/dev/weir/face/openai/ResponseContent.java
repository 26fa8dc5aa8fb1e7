package dev.weir.face.openai;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.face.OutputText;
import dev.weir.face.WholeCharacters;
import dev.weir.json.Json;
import dev.weir.json.MemoryEstimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of a run as the items of one response, and reports its events. The events and responses of this API keep their
 * items, the chunks of chat completions give texts and calls of functions, and any other chunk gives its text. One thread at a
 * time uses it.
 */
final class ResponseContent {
    /** The limit of the text that a response repeats at its end, in bytes. */
    private static final long MOST_BYTES = 16L << 20;

    private static final String TYPE = "type";
    private static final String RESPONSE = "response";
    private static final String PREFIX = "response.";
    /** The types of an upstream's events, which may stand on a line of their own. */
    private static final Pattern EVENT = Pattern.compile("response\\.[a-z_.]{1,100}");

    private static final String OUTPUT = "output";
    private static final String USAGE = "usage";
    private static final String CONTENT = "content";
    private static final String ARGUMENTS = "arguments";
    private static final String INDEX = "output_index";
    private static final String TEXT = "output_text";
    private static final String REFUSAL = "refusal";
    private static final Set<String> BEGINNING = Set.of("response.created", "response.in_progress", "response.queued");
    private static final Set<String> LAST = Set.of("response.completed", "response.incomplete", "response.failed");

    private final ResponseAnswer answer;
    private final ResponseSink sink;
    private final WholeCharacters characters = new WholeCharacters();
    /** The items, each the whole item, or null while this reader makes it. */
    private final List<@Nullable Object> output = new ArrayList<>();
    /** The open items that this reader makes, by their indices. */
    private final Map<Integer, ResponseItem> open = new TreeMap<>();
    /** The calls of functions, by the indices of chat completions. */
    private final Map<Integer, ResponseItem> calls = new TreeMap<>();
    /** The open items of an upstream, by the upstream's indices. */
    private final Map<Integer, Integer> passed = new LinkedHashMap<>();

    private @Nullable ResponseItem message;
    private Map<?, ?> usage = Map.of();
    private @Nullable String finish;
    private @Nullable Map<String, @Nullable Object> own;
    private boolean begun;
    private boolean ended;
    private long kept;

    ResponseContent(ResponseAnswer answer, ResponseSink sink) {
        this.answer = answer;
        this.sink = sink;
    }

    /** The estimated bytes that are kept so far. */
    long kept() {
        return kept;
    }

    void add(@Nullable Object chunk) {
        if (ended) {
            return;
        }
        if (chunk instanceof Map<?, ?> map) {
            Object object = map.get("object");
            if (map.get(TYPE) instanceof String type && EVENT.matcher(type).matches()) {
                event(type, map);
                return;
            }
            if (RESPONSE.equals(object) && map.get(OUTPUT) instanceof List<?> items) {
                response(map, items);
                return;
            }
            if (object instanceof String name
                    && name.startsWith("chat.completion")
                    && map.get("choices") instanceof List<?> choices) {
                completion(map, choices);
                return;
            }
        }
        text(TEXT, characters.whole(OutputText.of(chunk)));
    }

    /** Gives the characters that were held back. */
    void flush() {
        if (!ended) {
            text(TEXT, characters.rest());
        }
    }

    /** Ends all items, then the response. A response without any output has one empty text. */
    void end() {
        if (ended) {
            return;
        }
        flush();
        if (output.isEmpty()) {
            part(message(), TEXT);
        }
        String cutOff = answer.cutOff(finish);
        List.copyOf(open.values()).forEach(item -> close(item, cutOff == null ? "completed" : "incomplete"));
        ResponseAnswer.Status status = ResponseAnswer.Status.ended(cutOff);
        last(PREFIX + status.name(), document(status));
    }

    /** Ends the response with a failure. */
    void fail(String code, String text) {
        if (ended) {
            return;
        }
        begin();
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", text);
        open.values().forEach(item -> output.set(item.index(), item.whole("incomplete")));
        last("response.failed", document(ResponseAnswer.Status.failed(error)));
    }

    /** The response at its end. */
    Map<String, @Nullable Object> document() {
        return own == null ? Map.of() : own;
    }

    private Map<String, @Nullable Object> document(ResponseAnswer.Status status) {
        return answer.response(
                status, output.stream().filter(Map.class::isInstance).toList(), answer.usage(usage));
    }

    private void last(String type, Map<String, @Nullable Object> response) {
        own = response;
        ended = true;
        sink.event(type, Map.of(RESPONSE, response));
    }

    private void begin() {
        if (!begun) {
            begun = true;
            Map<String, @Nullable Object> response =
                    answer.response(ResponseAnswer.Status.IN_PROGRESS, List.of(), null);
            sink.event("response.created", Map.of(RESPONSE, response));
            sink.event("response.in_progress", Map.of(RESPONSE, response));
        }
    }

    private ResponseItem open(String prefix, Map<String, Object> call) {
        begin();
        ResponseItem item = new ResponseItem(answer.itemId(prefix, output.size()), output.size(), call);
        output.add(null);
        open.put(item.index(), item);
        added(item.index(), item.begin());
        return item;
    }

    private void added(int index, Object item) {
        ofItem("response.output_item.added", index, item);
    }

    private void done(int index, Object item) {
        output.set(index, item);
        ofItem("response.output_item.done", index, item);
    }

    private void ofItem(String type, int index, Object item) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put(INDEX, index);
        members.put("item", item);
        sink.event(type, members);
    }

    private ResponseItem message() {
        ResponseItem current = message;
        if (current == null) {
            current = open("msg_", Map.of());
            message = current;
        }
        return current;
    }

    /** The index of a message's part of a type. The part begins if the message has none. */
    private int part(ResponseItem item, String type) {
        List<ResponseItem.Part> parts = item.parts();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).type().equals(type)) {
                return i;
            }
        }
        ResponseItem.Part part = new ResponseItem.Part(type, type.equals(TEXT) ? "text" : REFUSAL, new StringBuilder());
        parts.add(part);
        ofPart("response.content_part.added", item, parts.size() - 1, "part", part.whole(""));
        return parts.size() - 1;
    }

    private void ofPart(String type, ResponseItem item, int part, String member, Object value) {
        Map<String, @Nullable Object> members = item.place(part);
        members.put(member, value);
        sink.event(type, members);
    }

    private void text(String type, String text) {
        if (text.isEmpty()) {
            return;
        }
        ResponseItem item = message();
        int part = part(item, type);
        keep(text);
        item.parts().get(part).text().append(text);
        if (type.equals(TEXT)) {
            sink.text(item, part, text);
        } else {
            ofPart("response.refusal.delta", item, part, "delta", text);
        }
    }

    private void keep(Object value) {
        kept += MemoryEstimate.bytes(value);
        if (kept > MOST_BYTES) {
            throw new WeirException(
                    ErrorCode.OUTPUT_TOO_LARGE,
                    "output of the response is too large (" + MOST_BYTES
                            + " bytes, since its end repeats it): take chat completions");
        }
    }

    private void closeMessage() {
        if (message != null) {
            close(message, "completed");
            message = null;
        }
    }

    private void close(ResponseItem item, String status) {
        open.remove(item.index());
        if (item.isCall()) {
            Map<String, @Nullable Object> members = item.place();
            members.put("name", item.begin().get("name"));
            members.put(ARGUMENTS, item.arguments().toString());
            sink.event("response.function_call_arguments.done", members);
        }
        for (int i = 0; i < item.parts().size(); i++) {
            ResponseItem.Part part = item.parts().get(i);
            String text = part.text().toString();
            Map<String, @Nullable Object> members = item.place(i);
            members.put(part.member(), text);
            if (part.type().equals(TEXT)) {
                members.put("logprobs", List.of());
            }
            sink.event(PREFIX + part.type() + ".done", members);
            ofPart("response.content_part.done", item, i, "part", part.whole(text));
        }
        done(item.index(), item.whole(status));
    }

    /** The first choice of a chat completion, whole or in chunks. */
    private void completion(Map<?, ?> completion, List<?> choices) {
        if (completion.get(USAGE) instanceof Map<?, ?> counts) {
            usage = counts;
        }
        for (Object each : choices) {
            Map<?, ?> choice = map(each);
            if (index(choice, "index", 0) == 0) {
                Map<?, ?> delta = map(choice.get(choice.get("delta") == null ? "message" : "delta"));
                if (delta.get(CONTENT) instanceof String text) {
                    text(TEXT, characters.whole(text));
                }
                if (delta.get(REFUSAL) instanceof String text) {
                    text(REFUSAL, text);
                }
                if (delta.get("tool_calls") instanceof List<?> pieces) {
                    for (int i = 0; i < pieces.size(); i++) {
                        call(index(map(pieces.get(i)), "index", i), map(pieces.get(i)));
                    }
                }
                finish = choice.get("finish_reason") instanceof String reason ? reason : finish;
            }
        }
    }

    /** A call of a function, or the next piece of its arguments. */
    private void call(int index, Map<?, ?> piece) {
        Map<?, ?> function = map(piece.get("function"));
        ResponseItem item = calls.get(index);
        if (item == null) {
            flush();
            closeMessage();
            item = call(piece.get("id"), function.get("name"));
            calls.put(index, item);
        }
        arguments(item, function.get(ARGUMENTS));
    }

    private ResponseItem call(@Nullable Object callId, @Nullable Object name) {
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("call_id", callId instanceof String id ? id : "call_" + output.size());
        call.put("name", OutputText.of(name));
        keep(call);
        return open("fc_", call);
    }

    private void arguments(ResponseItem item, @Nullable Object piece) {
        if (piece instanceof String text && !text.isEmpty()) {
            keep(text);
            item.arguments().append(text);
            Map<String, @Nullable Object> members = item.place();
            members.put("delta", text);
            sink.event("response.function_call_arguments.delta", members);
        }
    }

    /** An event of an upstream's response. Its beginning is that of this response. */
    private void event(String type, Map<?, ?> event) {
        begin();
        if (BEGINNING.contains(type)) {
            return;
        }
        if (LAST.contains(type) && event.get(RESPONSE) instanceof Map<?, ?> response) {
            List.copyOf(open.values()).forEach(item -> close(item, "completed"));
            last(type, answer.own(response));
            return;
        }
        if (type.equals("response.output_item.added")) {
            closeMessage();
            passed.put(index(event, INDEX, 0), output.size());
            output.add(null);
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        event.forEach((key, value) -> members.put(String.valueOf(key), value));
        members.remove(TYPE);
        members.remove("sequence_number");
        Integer index = event.get(INDEX) == null ? null : passed.get(index(event, INDEX, 0));
        if (index != null) {
            members.put(INDEX, index);
        }
        if (type.equals("response.output_item.done") && index != null && event.get("item") instanceof Map<?, ?> item) {
            keep(item);
            output.set(index, item);
        }
        sink.event(type, members);
    }

    /** The whole response of an upstream: its texts and calls as if they came in chunks, other items as they are. */
    private void response(Map<?, ?> response, List<?> items) {
        begin();
        for (Object each : items) {
            Map<?, ?> item = map(each);
            closeMessage();
            if ("message".equals(item.get(TYPE)) && item.get(CONTENT) instanceof List<?> parts) {
                for (Object part : parts) {
                    text(TEXT, OutputText.of(map(part).get("text")));
                    text(REFUSAL, OutputText.of(map(part).get(REFUSAL)));
                }
            } else if ("function_call".equals(item.get(TYPE))) {
                ResponseItem call = call(item.get("call_id"), item.get("name"));
                arguments(call, item.get(ARGUMENTS));
                close(call, "completed");
            } else {
                keep(item);
                output.add(null);
                added(output.size() - 1, item);
                done(output.size() - 1, item);
            }
        }
        closeMessage();
        String status = OutputText.of(response.get("status"));
        String type = PREFIX + (LAST.contains(PREFIX + status) ? status : "completed");
        last(type, answer.own(response));
    }

    private static int index(Map<?, ?> map, String member, int otherwise) {
        return map.get(member) instanceof Number number ? number.intValue() : otherwise;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    /** The message of a failure's document. */
    static String message(String document) {
        return OutputText.of(map(map(Json.parse(document)).get("error")).get("message"));
    }
}
