package dev.weir.face.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.Set;
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
    private static final String LOGPROBS = "logprobs";

    /** The members of an upstream's chunk, and of its choices, that this framing writes itself. */
    private static final Set<String> OF_CHUNK = Set.of("id", "object", "created", "model", CHOICES, USAGE);

    private static final Set<String> OF_CHAT_CHOICE = Set.of("index", "delta", LOGPROBS, FINISH);
    private static final Set<String> OF_CHOICE = Set.of("index", "text", LOGPROBS, FINISH);

    private final TextAnswer answer;
    /** The JSON of a chunk before the text of the first choice, and after it. */
    private final byte[] before;

    /** The JSON of a chunk before its choices. */
    private final byte[] head;

    private final byte[] part;
    private final byte[] after;
    private final byte[] end;
    private StringBuilder json = new StringBuilder();
    /** The choices that have begun, each with whether it has its finish reason. */
    private final Map<Integer, Boolean> choices = new TreeMap<>();

    private @Nullable Object usage;
    private final WholeCharacters characters = new WholeCharacters();

    TextChunks(TextAnswer answer) {
        this.answer = answer;
        TextShape shape = answer.shape();
        String members = Json.write(answer.head(shape.chunk()));
        String choicesOf = "data: " + members.substring(0, members.length() - 1) + ",\"choices\":[";
        this.head = choicesOf.getBytes(UTF_8);
        this.before = (choicesOf + "{\"index\":").getBytes(UTF_8);
        this.part = (",\"" + shape.part() + "\":").getBytes(UTF_8);
        this.after = ",\"logprobs\":null,\"finish_reason\":".getBytes(UTF_8);
        this.end = ("}]" + (answer.wish().includesUsage() ? ",\"usage\":null" : "") + "}\n\n").getBytes(UTF_8);
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
        shrink();
    }

    private void event(int index, CharSequence content, String finish, ByteBuilder out) {
        out.bytes(before).ascii(Integer.toString(index)).bytes(part);
        out.utf8(content).bytes(after).ascii(finish).bytes(end);
    }

    /** Sends the role of a choice, before its first chunk. */
    private void begin(int index, ByteBuilder out) {
        if (choices.putIfAbsent(index, false) == null && answer.shape() == TextShape.CHAT) {
            event(index, "{\"role\":\"assistant\",\"content\":\"\"}", "null", out);
        }
    }

    /** Passes a chunk of an upstream on, written at once: no second tree of it is made. */
    private void pass(Map<?, ?> chunk, ByteBuilder out) {
        if (chunk.get(USAGE) != null) {
            usage = chunk.get(USAGE);
        }
        json.setLength(0);
        if (chunk.get(CHOICES) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> choice) {
                    choice(choice, out);
                }
            }
        }
        if (json.length() == 0) {
            return;
        }
        json.append(']');
        others(chunk, OF_CHUNK);
        json.append(answer.wish().includesUsage() ? ",\"usage\":null}\n\n" : "}\n\n");
        out.bytes(head).utf8(json);
        shrink();
    }

    private void choice(Map<?, ?> choice, ByteBuilder out) {
        int index = choice.get("index") instanceof Number number ? number.intValue() : 0;
        boolean isNew = !choices.containsKey(index);
        Object part = choice.get(answer.shape().part());
        if (answer.shape() == TextShape.CHAT) {
            part = part instanceof Map<?, ?> delta
                    ? delta(index, isNew, delta, out)
                    : delta(index, isNew, Map.of(), out);
        }
        Object finish = choice.get(FINISH);
        if (isNew) {
            choices.putIfAbsent(index, false);
        }
        if (finish != null) {
            choices.put(index, true);
        }
        if (finish == null && (part == null || part.equals("") || part.equals(Map.of()))) {
            return;
        }
        json.append(json.length() == 0 ? "{\"index\":" : ",{\"index\":").append(index);
        member(answer.shape().part(), part == null ? "" : part);
        member(LOGPROBS, choice.get(LOGPROBS));
        member(FINISH, finish);
        others(choice, answer.shape() == TextShape.CHAT ? OF_CHAT_CHOICE : OF_CHOICE);
        json.append('}');
    }

    /** The delta of a choice, with a role only if it is the first one. The role comes before it if it has none. */
    private Map<?, ?> delta(int index, boolean isNew, Map<?, ?> delta, ByteBuilder out) {
        boolean hasRole = delta.get(ROLE) != null;
        if (isNew && !hasRole) {
            begin(index, out);
        }
        if (isNew || !delta.containsKey(ROLE)) {
            return delta;
        }
        Map<Object, @Nullable Object> rest = new LinkedHashMap<>(delta);
        rest.remove(ROLE);
        return rest;
    }

    private void others(Map<?, ?> members, Set<String> written) {
        members.forEach((key, value) -> {
            if (value != null && !written.contains(key)) {
                json.append(',');
                Json.write(String.valueOf(key), json);
                json.append(':');
                Json.write(value, json);
            }
        });
    }

    private void member(String name, @Nullable Object value) {
        json.append(",\"").append(name).append("\":");
        Json.write(value, json);
    }

    private void shrink() {
        if (json.capacity() > KEPT) {
            json = new StringBuilder();
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
