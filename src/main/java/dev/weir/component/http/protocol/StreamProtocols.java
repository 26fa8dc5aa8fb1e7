package dev.weir.component.http.protocol;

import dev.weir.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The marks with which the streams of providers begin, end, fail or keep alive. A further provider is a further row.
 *
 * <p>A chat completion of OpenAI, vLLM and others ends with {@code [DONE]} or with the body. Its {@code finish_reason} is
 * not the end, since the usage may follow; nor is the {@code finishReason} of Gemini. {@code response.incomplete} is a
 * normal end of the Responses API: the answer has reached a limit of the request.
 */
public final class StreamProtocols {
    /** The payload with which the OpenAI API ends a stream. */
    private static final String DONE = "[DONE]";

    /** The longest text that may be the end mark. */
    private static final int DONE_LOOKED_AT = 64;

    enum Meaning {
        START,
        END,
        FAILURE
    }

    /**
     * The keys of which one must be beside a mark, unless the mark is alone; empty for no condition.
     *
     * @param inLines further keys that count if the body is declared as JSON lines
     */
    record Neighbours(Set<String> anywhere, Set<String> inLines) {
        static final Neighbours ANY = new Neighbours(Set.of(), Set.of());

        boolean allow(Map<?, ?> payload, boolean lines) {
            return equals(ANY)
                    || payload.size() == 1
                    || anywhere.stream().anyMatch(payload::containsKey)
                    || (lines && inLines.stream().anyMatch(payload::containsKey));
        }
    }

    /**
     * A member of a payload's object that describes the state of the stream.
     *
     * @param value a text or a boolean
     * @param missing the message if the stream ends after this beginning without an end mark; empty for other marks
     */
    record Mark(Meaning meaning, String key, Object value, String missing, Neighbours beside) {
        /** The value as JSON text. */
        String written() {
            return Json.write(value);
        }

        /**
         * Whether {@code payload} has this mark.
         *
         * @param lines whether the body is declared as JSON lines
         */
        boolean isIn(Map<?, ?> payload, boolean lines) {
            return value.equals(payload.get(key)) && beside.allow(payload, lines);
        }
    }

    /** The marks of one key, with the texts for a fast search. */
    record MarkedKey(String quoted, List<Mark> marks, List<String> written) {}

    /**
     * The keys of an Ollama answer. {@code done} is also common in other data, so that it counts only beside one of them.
     * Proxies remove most of these keys; in JSON lines the text alone is enough.
     */
    private static final Neighbours OLLAMA =
            new Neighbours(Set.of("model", "done_reason", "total_duration"), Set.of("message", "response"));

    private static final Neighbours COHERE = new Neighbours(Set.of("event_type"), Set.of());

    private static final List<Mark> MARKS = List.of(
            // Anthropic, messages
            start("type", "message_start", "it ended without message_stop"),
            end("type", "message_stop"),
            // OpenAI, responses
            start("type", "response.created", "it ended without response.completed"),
            start("type", "response.queued", "it ended without response.completed"),
            start("type", "response.in_progress", "it ended without response.completed"),
            end("type", "response.completed"),
            end("type", "response.incomplete"),
            failure("type", "response.failed"),
            failure("type", "response.cancelled"),
            // OpenAI, assistants
            failure("type", "thread.run.expired"),
            failure("type", "thread.run.cancelled"),
            // Mistral, conversations
            start("type", "conversation.response.started", "it ended without conversation.response.done"),
            end("type", "conversation.response.done"),
            // Cohere, version 2
            start("type", "message-start", "it ended without message-end"),
            end("type", "message-end"),
            // Cohere, version 1
            start("event_type", "stream-start", "it ended without stream-end"),
            end("event_type", "stream-end"),
            new Mark(Meaning.END, "is_finished", true, "", COHERE),
            // Ollama
            new Mark(Meaning.START, "done", false, "its last line says \"done\": false", OLLAMA),
            new Mark(Meaning.END, "done", true, "", OLLAMA));

    static final List<MarkedKey> KEYS = keys();

    /** The members that identify protocols without marks: OpenAI, vLLM and others, Gemini, Text Generation Inference. */
    static final List<String> UNMARKED = List.of("choices", "candidates", "generated_text");

    private static final Set<String> KEEP_ALIVES = Set.of("ping", "heartbeat", "keep-alive", "keepalive", "keep_alive");

    /** Events that announce the end. They do not end the stream: the payloads decide. */
    private static final Set<String> CLOSINGS = Set.of("done", "end", "complete", "close");

    private StreamProtocols() {}

    private static Mark start(String key, Object value, String missing) {
        return new Mark(Meaning.START, key, value, missing, Neighbours.ANY);
    }

    private static Mark end(String key, Object value) {
        return new Mark(Meaning.END, key, value, "", Neighbours.ANY);
    }

    private static Mark failure(String key, Object value) {
        return new Mark(Meaning.FAILURE, key, value, "", Neighbours.ANY);
    }

    private static List<MarkedKey> keys() {
        List<MarkedKey> keys = new ArrayList<>();
        MARKS.stream().map(Mark::key).distinct().forEach(key -> {
            List<Mark> marks =
                    MARKS.stream().filter(mark -> mark.key().equals(key)).toList();
            keys.add(new MarkedKey(
                    "\"" + key + "\"", marks, marks.stream().map(Mark::written).toList()));
        });
        return List.copyOf(keys);
    }

    /** The longest event name that is compared. Java changes the case of some long texts slowly. */
    private static final int LONGEST_EVENT = 100;

    /** The marks with this event name as their value. */
    static List<Mark> named(String event) {
        return MARKS.stream().filter(mark -> event.equals(mark.value())).toList();
    }

    /** Whether an event with this name only keeps the connection alive. Case does not matter. */
    public static boolean isKeepAlive(String event) {
        return event.length() <= LONGEST_EVENT && KEEP_ALIVES.contains(event.toLowerCase(Locale.ROOT));
    }

    static boolean isClosing(String event) {
        return event.length() <= LONGEST_EVENT && CLOSINGS.contains(event.toLowerCase(Locale.ROOT));
    }

    /** Whether a payload is the end mark {@code [DONE]}. */
    public static boolean isDone(String payload) {
        return payload.length() <= DONE_LOOKED_AT && payload.strip().equalsIgnoreCase(DONE);
    }
}
