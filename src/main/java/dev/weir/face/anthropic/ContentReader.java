package dev.weir.face.anthropic;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.face.OutputText;
import dev.weir.face.WholeCharacters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of a run as blocks of one message. The events and answers of this API keep their blocks, the chunks of OpenAI's
 * chat completions give texts and calls of tools, and any other chunk gives its text. One thread at a time uses it.
 */
final class ContentReader {
    private static final int NONE = -1;
    private static final String TYPE = "type";
    private static final String TEXT = "text";
    private static final String USAGE = "usage";
    private static final Set<String> EVENTS = Set.of(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop",
            "ping");

    private final BlockSink sink;
    private final WholeCharacters characters = new WholeCharacters();
    /** The open blocks of upstreams, by the upstream's indices. */
    private final Map<Integer, Integer> passed = new LinkedHashMap<>();
    /** The blocks of calls of tools, by OpenAI's indices. */
    private final Map<Integer, Integer> calls = new HashMap<>();

    private final Map<String, Object> usage = new LinkedHashMap<>();
    private final Map<String, Object> stop = new LinkedHashMap<>();
    /** The open block that this reader has made. */
    private int made = NONE;

    private boolean isText;
    private boolean begun;
    private int blocks;

    ContentReader(BlockSink sink) {
        this.sink = sink;
    }

    /** The counts of tokens that an upstream's message has had so far. */
    Map<String, Object> usage() {
        return usage;
    }

    /** The members of the end of an upstream's message, such as {@code stop_reason}. */
    Map<String, Object> stop() {
        return stop;
    }

    /** Whether the content has calls of tools in the shape of OpenAI's API. */
    boolean hasCalls() {
        return !calls.isEmpty();
    }

    void add(@Nullable Object chunk) {
        if (chunk instanceof Map<?, ?> map) {
            Object type = map.get(TYPE);
            if (type instanceof String name && EVENTS.contains(name)) {
                event(name, map);
                return;
            }
            if ("message".equals(type)
                    && map.containsKey("stop_reason")
                    && map.get("content") instanceof List<?> content) {
                message(map, content);
                return;
            }
            if (map.get("object") instanceof String object
                    && object.startsWith("chat.completion")
                    && map.get("choices") instanceof List<?> choices) {
                completion(map, choices);
                return;
            }
        }
        text(characters.whole(OutputText.of(chunk)));
    }

    /** Gives the characters that were held back. */
    void flush() {
        text(characters.rest());
    }

    /** Ends all blocks. A message without any output has one empty text. */
    void end() {
        flush();
        if (!begun) {
            begin(Map.of());
            openText();
        }
        closeMade();
        passed.values().forEach(sink::close);
        passed.clear();
    }

    private void begin(Map<?, ?> own) {
        if (!begun) {
            begun = true;
            sink.begin(own);
        }
    }

    private void text(String text) {
        if (!text.isEmpty()) {
            begin(Map.of());
            if (made == NONE || !isText) {
                openText();
            }
            sink.text(made, text);
        }
    }

    private void openText() {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put(TYPE, TEXT);
        block.put(TEXT, "");
        open(block, true);
    }

    private void open(Map<?, ?> block, boolean ofText) {
        closeMade();
        made = blocks++;
        isText = ofText;
        sink.open(made, block);
    }

    private void closeMade() {
        if (made != NONE) {
            sink.close(made);
            made = NONE;
        }
    }

    private void event(String name, Map<?, ?> event) {
        int index = index(event, 0);
        switch (name) {
            case "message_start" -> {
                Map<?, ?> message = map(event.get("message"));
                put(map(message.get(USAGE)), usage);
                begin(message);
            }
            case "content_block_start" -> {
                begin(Map.of());
                closeMade();
                close(index);
                passed.put(index, blocks);
                sink.open(blocks++, map(event.get("content_block")));
            }
            case "content_block_delta" -> delta(index, map(event.get("delta")));
            case "content_block_stop" -> close(index);
            case "message_delta" -> {
                put(map(event.get("delta")), stop);
                put(map(event.get(USAGE)), usage);
            }
            default -> {
                // The end and the heartbeats are those of this message.
            }
        }
    }

    /** A delta without its block counts as text, if it is one: the workflow may pass on only the deltas. */
    private void delta(int index, Map<?, ?> delta) {
        Integer own = passed.get(index);
        if (own != null) {
            sink.delta(own, delta);
        } else if (delta.get(TEXT) instanceof String text) {
            text(characters.whole(text));
        }
    }

    private void close(int index) {
        Integer own = passed.remove(index);
        if (own != null) {
            sink.close(own);
        }
    }

    private void message(Map<?, ?> message, List<?> content) {
        put(map(message.get(USAGE)), usage);
        message.forEach((key, value) -> {
            if (value != null && String.valueOf(key).startsWith("stop_")) {
                stop.put(String.valueOf(key), value);
            }
        });
        begin(message);
        closeMade();
        content.forEach(block -> sink.whole(blocks++, map(block)));
    }

    /** The first choice of a chat completion, whole or in chunks. */
    private void completion(Map<?, ?> completion, List<?> choices) {
        Map<?, ?> counts = map(completion.get(USAGE));
        putCount("input_tokens", counts.get("prompt_tokens"));
        putCount("output_tokens", counts.get("completion_tokens"));
        for (Object each : choices) {
            Map<?, ?> choice = map(each);
            if (index(choice, 0) == 0) {
                if (choice.get("finish_reason") instanceof String finish) {
                    finish(finish);
                }
                Map<?, ?> delta = map(choice.get(choice.get("delta") == null ? "message" : "delta"));
                if (delta.get("content") instanceof String text) {
                    text(characters.whole(text));
                }
                if (delta.get("refusal") instanceof String text) {
                    text(characters.whole(text));
                }
                if (delta.get("tool_calls") instanceof List<?> pieces) {
                    for (int i = 0; i < pieces.size(); i++) {
                        Map<?, ?> piece = map(pieces.get(i));
                        call(index(piece, i), piece);
                    }
                }
            }
        }
    }

    private void finish(String ofChat) {
        switch (ofChat) {
            case "length" -> stop.put(MessageAnswer.STOP_REASON, "max_tokens");
            case "content_filter" -> stop.put(MessageAnswer.STOP_REASON, "refusal");
            case "tool_calls" -> stop.put(MessageAnswer.STOP_REASON, "tool_use");
            default -> stop.remove(MessageAnswer.STOP_REASON);
        }
    }

    private void putCount(String name, @Nullable Object count) {
        if (count != null) {
            usage.put(name, count);
        }
    }

    /** A call of a tool, or the next piece of its arguments. */
    private void call(int index, Map<?, ?> piece) {
        Map<?, ?> function = map(piece.get("function"));
        Integer own = calls.get(index);
        if (own == null) {
            begin(Map.of());
            Map<String, Object> block = new LinkedHashMap<>();
            block.put(TYPE, "tool_use");
            block.put("id", piece.get("id") instanceof String id ? id : "toolu_" + blocks);
            block.put("name", OutputText.of(function.get("name")));
            block.put("input", Map.of());
            open(block, false);
            own = made;
            calls.put(index, own);
        }
        if (function.get("arguments") instanceof String arguments && !arguments.isEmpty()) {
            if (own != made) {
                throw new WeirException(
                        ErrorCode.UPSTREAM_MALFORMED,
                        "the upstream's call of a tool goes on after another part of its message has begun");
            }
            sink.delta(own, DeltaKind.INPUT.delta(arguments));
        }
    }

    private static int index(Map<?, ?> map, int otherwise) {
        return map.get("index") instanceof Number number ? number.intValue() : otherwise;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static void put(Map<?, ?> from, Map<String, Object> to) {
        from.forEach((key, value) -> {
            if (value != null) {
                to.put(String.valueOf(key), value);
            }
        });
    }
}
