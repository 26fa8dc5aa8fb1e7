package dev.weir.tokenizer;

import dev.weir.jinja.JinjaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Renders a template with short conversations, to find its faults and the form in which it takes messages. A refusal in the
 * template's own words is no fault; any other failure is.
 */
final class ChatRehearsal {
    private static final String WORDS = "Good evening";
    private static final Map<String, Object> TOOL = Map.of(
            "type",
            "function",
            "function",
            Map.of(
                    "name",
                    "weather",
                    "description",
                    "Tells the weather",
                    "parameters",
                    Map.of(
                            "type",
                            "object",
                            "properties",
                            Map.of("place", Map.of("type", "string", "description", "A town")),
                            "required",
                            List.of("place"))));

    private final Rendering rendering;

    ChatRehearsal(Rendering rendering) {
        this.rendering = rendering;
    }

    /** Renders the template with the given variables. */
    @FunctionalInterface
    interface Rendering {
        /**
         * Returns the rendered text.
         *
         * @throws JinjaException if the template fails
         * @throws ChatTemplate.Refusal if it refuses the conversation
         */
        String of(Map<String, @Nullable Object> variables);
    }

    /**
     * The result of a rehearsal.
     *
     * @param problem the end of a message that begins with "fails"
     */
    record Verdict(ChatForm form, Optional<String> problem) {}

    /** The result of one conversation. There is no text if the template refused it or failed. */
    private record Outcome(Optional<String> text, Optional<JinjaException> failure) {
        boolean writes(String words) {
            return text.isPresent() && text.get().contains(words);
        }
    }

    Verdict verdict() {
        List<ChatMessage> question = List.of(turn("user", WORDS));
        Outcome text = outcome(formed(question, ChatForm.Content.TEXT), null, true);
        Outcome parts = outcome(formed(question, ChatForm.Content.PARTS), null, true);
        ChatForm.Content content = content(text, parts);
        Outcome used = content == ChatForm.Content.PARTS ? parts : text;
        Optional<String> problem = used.failure().map(failure -> "with one user turn: " + failure.placed());
        if (problem.isEmpty()) {
            problem = others(content);
        }
        return new Verdict(new ChatForm(content, takesParsedArguments(content)), problem);
    }

    /**
     * Finds the form of the content. A template that supports parts writes the same text for them; another one writes their keys
     * too, or nothing.
     */
    private static ChatForm.Content content(Outcome text, Outcome parts) {
        if (text.writes(WORDS)) {
            return text.equals(parts) ? ChatForm.Content.EITHER : ChatForm.Content.TEXT;
        }
        return parts.writes(WORDS) && !parts.writes("'type'") ? ChatForm.Content.PARTS : ChatForm.Content.TEXT;
    }

    private Optional<String> others(ChatForm.Content content) {
        List<ChatMessage> question = formed(List.of(turn("user", WORDS)), content);
        List<ChatMessage> system = formed(List.of(turn("system", "Be brief"), turn("user", WORDS)), content);
        List<ChatMessage> turns =
                formed(List.of(turn("user", WORDS), turn("assistant", "Welcome"), turn("user", "Thank you")), content);
        return problem("with a system turn", outcome(system, null, true))
                .or(() -> problem("with three turns", outcome(turns, null, true)))
                .or(() -> problem("without a prompt to answer", outcome(turns, null, false)))
                .or(() -> problem("with tools", outcome(question, List.of(TOOL), true)));
    }

    private static Optional<String> problem(String situation, Outcome outcome) {
        return outcome.failure().map(failure -> situation + ": " + failure.placed());
    }

    /**
     * Finds the form of a tool call's arguments. OpenAI's API has them as JSON text. Most templates want a mapping and write it
     * as JSON. Some want the text, and write a mapping in Python's notation.
     */
    private boolean takesParsedArguments(ChatForm.Content content) {
        Outcome outcome =
                outcome(formed(List.of(turn("user", WORDS), call(Map.of("place", "Oslo"))), content), null, false);
        return outcome.writes("Oslo") && !outcome.writes("'place'");
    }

    private static ChatMessage call(Object arguments) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("role", "assistant");
        fields.put("content", "");
        fields.put(
                "tool_calls",
                List.of(Map.of(
                        "id",
                        "call12345",
                        "type",
                        "function",
                        "function",
                        Map.of("name", "weather", "arguments", arguments))));
        return new ChatMessage(fields);
    }

    private static ChatMessage turn(String role, String words) {
        return new ChatMessage(role, words);
    }

    private static List<ChatMessage> formed(List<ChatMessage> messages, ChatForm.Content content) {
        return messages.stream().map(new ChatForm(content, false)::of).toList();
    }

    private Outcome outcome(List<ChatMessage> messages, @Nullable Object tools, boolean addGenerationPrompt) {
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.put(
                "messages",
                new ArrayList<>(messages.stream().map(ChatMessage::fields).toList()));
        variables.put("add_generation_prompt", addGenerationPrompt);
        variables.put("tools", tools);
        try {
            return new Outcome(Optional.of(rendering.of(variables)), Optional.empty());
        } catch (JinjaException e) {
            return new Outcome(Optional.empty(), Optional.of(e));
        } catch (ChatTemplate.Refusal e) {
            return new Outcome(Optional.empty(), Optional.empty());
        }
    }
}
