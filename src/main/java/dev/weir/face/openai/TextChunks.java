package dev.weir.face.openai;

import dev.weir.WeirException;
import dev.weir.face.OutputText;
import dev.weir.face.WholeCharacters;
import dev.weir.json.Json;
import dev.weir.sse.ByteBuilder;
import dev.weir.sse.EventFraming;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The framing of a stream of texts: one event for each chunk, the finish reason, the usage if the client wants it, and
 * {@code [DONE]}. Chunks of an upstream with the same shape are passed on with the ids of this server.
 */
final class TextChunks implements EventFraming {
    /** The largest capacity in characters that is kept for the next chunk. */
    private static final int KEPT = 32 * 1024;

    private static final String CHOICES = "choices";
    private static final String USAGE = "usage";
    private static final String ROLE = "role";
    private static final String FINISH = "finish_reason";
    private static final String TOOL_CALLS = "tool_calls";

    private final TextAnswer answer;
    /** The JSON of a chunk before the text of the first choice, and after it. */
    private final String before;

    private final String after;
    private final String end;
    private StringBuilder json = new StringBuilder();
    /** The choices that have begun, each with whether it has its finish reason. */
    private final Map<Integer, Boolean> choices = new TreeMap<>();

    private @Nullable Object usage;
    private final WholeCharacters characters = new WholeCharacters();

    TextChunks(TextAnswer answer) {
        this.answer = answer;
        TextShape shape = answer.shape();
        String head = Json.write(answer.head(shape.chunk()));
        this.before = "data: " + head.substring(0, head.length() - 1) + ",\"choices\":[{\"index\":";
        this.after = ",\"logprobs\":null,\"finish_reason\":";
        this.end = "}]" + (answer.wish().includesUsage() ? ",\"usage\":null" : "") + "}\n\n";
    }

    @Override
    public String contentType() {
        return EVENT_STREAM;
    }

    @Override
    public void frame(@Nullable Object chunk, ByteBuilder out) {
        if (chunk instanceof Map<?, ?> map && answer.shape().chunk().equals(map.get("object"))) {
            pass(map, out);
        } else if (answer.shape() == TextShape.CHAT
                && chunk instanceof Map<?, ?> map
                && answer.shape().whole().equals(map.get("object"))) {
            pass(asChunk(map), out);
        } else {
            String text = characters.whole(OutputText.of(chunk));
            if (!text.isEmpty()) {
                text(text, out);
            }
        }
    }

    /** A whole answer of an upstream as one chunk. */
    private static Map<?, ?> asChunk(Map<?, ?> whole) {
        Map<Object, @Nullable Object> chunk = new LinkedHashMap<>(whole);
        List<Object> deltas = new ArrayList<>();
        if (whole.get(CHOICES) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> choice) {
                    Map<Object, @Nullable Object> delta = new LinkedHashMap<>(choice);
                    delta.put("delta", delta(delta.remove("message")));
                    deltas.add(delta);
                }
            }
        }
        chunk.put(CHOICES, deltas);
        return chunk;
    }

    /** The members of a message that are present. Pieces of calls have an index, which whole calls do not have. */
    private static Map<Object, Object> delta(@Nullable Object message) {
        Map<Object, Object> delta = new LinkedHashMap<>();
        if (message instanceof Map<?, ?> members) {
            members.forEach((key, value) -> {
                if (value != null) {
                    delta.put(key, value);
                }
            });
        }
        if (delta.get(TOOL_CALLS) instanceof List<?> calls) {
            List<Object> indexed = new ArrayList<>();
            for (Object each : calls) {
                Map<Object, @Nullable Object> call = new LinkedHashMap<>();
                call.put("index", indexed.size());
                if (each instanceof Map<?, ?> members) {
                    call.putAll(members);
                }
                indexed.add(call);
            }
            delta.put(TOOL_CALLS, indexed);
        }
        return delta;
    }

    private void text(String text, ByteBuilder out) {
        begin(0, out);
        json.setLength(0);
        json.append(answer.shape().textBegin());
        Json.write(text, json);
        json.append(answer.shape().textEnd());
        event(0, json, "null", out);
        if (json.capacity() > KEPT) {
            json = new StringBuilder();
        }
    }

    private void event(int index, CharSequence part, String finish, ByteBuilder out) {
        out.utf8(before)
                .ascii(Integer.toString(index))
                .ascii(",\"")
                .ascii(answer.shape().part())
                .ascii("\":");
        out.utf8(part).ascii(after).ascii(finish).ascii(end);
    }

    /** Sends the role of a choice, before its first chunk. */
    private void begin(int index, ByteBuilder out) {
        if (choices.putIfAbsent(index, false) == null && answer.shape() == TextShape.CHAT) {
            event(index, "{\"role\":\"assistant\",\"content\":\"\"}", "null", out);
        }
    }

    private void pass(Map<?, ?> chunk, ByteBuilder out) {
        if (chunk.get(USAGE) != null) {
            usage = chunk.get(USAGE);
        }
        List<Map<String, @Nullable Object>> passed = new ArrayList<>();
        if (chunk.get(CHOICES) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> choice) {
                    choice(choice, out, passed);
                }
            }
        }
        if (passed.isEmpty()) {
            return;
        }
        Map<String, @Nullable Object> rewritten = answer.head(answer.shape().chunk());
        rewritten.put(CHOICES, passed);
        chunk.forEach((key, value) -> {
            if (value != null && !key.equals(USAGE)) {
                rewritten.putIfAbsent(String.valueOf(key), value);
            }
        });
        if (answer.wish().includesUsage()) {
            rewritten.put(USAGE, null);
        }
        out.ascii("data: ").utf8(Json.write(rewritten)).ascii("\n\n");
    }

    private void choice(Map<?, ?> choice, ByteBuilder out, List<Map<String, @Nullable Object>> passed) {
        int index = choice.get("index") instanceof Number number ? number.intValue() : 0;
        boolean isNew = !choices.containsKey(index);
        Map<String, @Nullable Object> rewritten = new LinkedHashMap<>();
        rewritten.put("index", index);
        Object part = choice.get(answer.shape().part());
        if (answer.shape() == TextShape.CHAT) {
            Map<Object, @Nullable Object> delta = new LinkedHashMap<>();
            if (part instanceof Map<?, ?> map) {
                delta.putAll(map);
            }
            if (isNew && delta.get(ROLE) == null) {
                begin(index, out);
            } else if (!isNew) {
                delta.remove(ROLE);
            }
            part = delta;
        }
        choices.putIfAbsent(index, false);
        Object finish = choice.get(FINISH);
        rewritten.put(answer.shape().part(), part == null ? "" : part);
        rewritten.put("logprobs", choice.get("logprobs"));
        rewritten.put(FINISH, finish);
        choice.forEach((key, value) -> {
            if (value != null) {
                rewritten.putIfAbsent(String.valueOf(key), value);
            }
        });
        boolean isEmpty = part == null || part.equals("") || part.equals(Map.of());
        if (finish != null) {
            choices.put(index, true);
        }
        if (!isEmpty || finish != null) {
            passed.add(rewritten);
        }
    }

    @Override
    public void finish(ByteBuilder out) {
        String rest = characters.rest();
        if (!rest.isEmpty()) {
            text(rest, out);
        }
    }

    @Override
    public void complete(ByteBuilder out) {
        if (choices.isEmpty()) {
            begin(0, out);
        }
        String reason = Json.write(answer.shape().finish(answer.summary()));
        choices.forEach((index, hasFinish) -> {
            if (!hasFinish) {
                event(index, answer.shape().emptyPart(), reason, out);
            }
        });
        if (answer.wish().includesUsage()) {
            Map<String, @Nullable Object> last = answer.head(answer.shape().chunk());
            last.put(CHOICES, List.of());
            last.put(USAGE, usage == null ? answer.usage() : usage);
            out.ascii("data: ").utf8(Json.write(last)).ascii("\n\n");
        }
        out.ascii("data: [DONE]\n\n");
    }

    @Override
    public void fail(WeirException failure, String problem, ByteBuilder out) {
        out.ascii("data: ").utf8(problem).ascii("\n\n");
    }
}
