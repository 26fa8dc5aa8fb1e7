package dev.weir.component.http.protocol;

import dev.weir.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The words by which the streams of providers say that they begin, end, fail or wait. A further provider is a row.
 *
 * <p>A chat completion of OpenAI, vLLM and others ends with {@code [DONE]} or with the body: its {@code finish_reason} is no
 * end, since the usage may follow. The same holds for the {@code finishReason} of Gemini. {@code response.incomplete} is a
 * normal end of the Responses API: the answer has reached a limit that the request asked for.
 */
public final class StreamProtocols {
    /** The payload by which the OpenAI API says that nothing more follows. */
    private static final String DONE = "[DONE]";

    /** How much of a text is looked at to see whether it is the end mark. */
    private static final int DONE_LOOKED_AT = 64;

    enum Meaning {
        START,
        END,
        FAILURE
    }

    /**
     * The keys of which one must stand beside a mark, unless the mark stands alone; empty for no condition.
     *
     * @param inLines further ones that count where the body is declared to be JSON lines
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
     * A member of a payload's object that says something of the stream.
     *
     * @param value a text or a boolean
     * @param missing told when the stream ends though it began so; empty for a mark that begins nothing
     */
    record Mark(Meaning meaning, String key, Object value, String missing, Neighbours beside) {
        /** The value as it stands in JSON. */
        String written() {
            return Json.write(value);
        }

        /** @param lines whether the body is declared to be JSON lines */
        boolean isIn(Map<?, ?> payload, boolean lines) {
            return value.equals(payload.get(key)) && beside.allow(payload, lines);
        }
    }

    /** The marks of one key, with what a search for them needs. */
    record MarkedKey(String quoted, List<Mark> marks, List<String> written) {}

    /**
     * {@code done} is also a word of ordinary data: it counts beside a member of an answer of Ollama. Proxies leave little of
     * that, so that in JSON lines the text is enough.
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

    /** The members of payloads that have no marks: OpenAI, vLLM and others, Gemini, Text Generation Inference. */
    static final List<String> UNMARKED = List.of("choices", "candidates", "generated_text");

    private static final Set<String> KEEP_ALIVES = Set.of("ping", "heartbeat", "keep-alive", "keepalive", "keep_alive");

    /** Events that announce the end. They end nothing: the payloads decide. */
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

    /** No event that ends or keeps a stream has a longer name; Java takes long to change the case of some long texts. */
    private static final int LONGEST_EVENT = 100;

    /** The marks that the name of an event is. */
    static List<Mark> named(String event) {
        return MARKS.stream().filter(mark -> event.equals(mark.value())).toList();
    }

    public static boolean isKeepAlive(String event) {
        return event.length() <= LONGEST_EVENT && KEEP_ALIVES.contains(event.toLowerCase(Locale.ROOT));
    }

    static boolean isClosing(String event) {
        return event.length() <= LONGEST_EVENT && CLOSINGS.contains(event.toLowerCase(Locale.ROOT));
    }

    /** Whether a payload says that nothing more follows. */
    public static boolean isDone(String payload) {
        return payload.length() <= DONE_LOOKED_AT && payload.strip().equalsIgnoreCase(DONE);
    }
}
