package dev.weir.tokenizer;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.jinja.JinjaException;
import dev.weir.jinja.JinjaFunction;
import dev.weir.jinja.JinjaTemplate;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model wants a conversation written as one text: the Jinja template of its repository, rendered as transformers
 * renders it, with {@code messages}, {@code add_generation_prompt}, the special tokens by name, {@code tools} and {@code
 * documents} (None), and the functions {@code raise_exception} and {@code strftime_now}. Thread-safe.
 *
 * <p>A template comes from whoever made the model, and is kept in a box: it sees texts, numbers, lists and maps and no Java
 * object, loads no other template, and is held to a time and a size. Text of the conversation is never read as a template.
 */
public final class ChatTemplate {
    /** DialoGPT's way, for models without a template: every turn ends with the end-of-text token. */
    private static final String TURNS_ENDED =
            "{% for message in messages %}{{ message['content'] }}{{ eos_token }}{% endfor %}";

    private final String source;
    private final Map<String, String> specialTokens;
    private final Clock clock;
    /** Parsed when it is first used: a model with a template that cannot be read still continues texts. */
    private volatile @Nullable JinjaTemplate template;

    private ChatTemplate(String source, Map<String, String> specialTokens, Clock clock) {
        this.source = source;
        this.specialTokens = specialTokens;
        this.clock = clock;
    }

    static ChatTemplate of(TokenizerFiles files) {
        return of(files, Clock.system(ZoneId.systemDefault()));
    }

    /** @param clock says what {@code strftime_now} tells */
    static ChatTemplate of(TokenizerFiles files, Clock clock) {
        return new ChatTemplate(files.chatTemplate().orElse(TURNS_ENDED), files.specialTokens(), clock);
    }

    /**
     * The conversation as one text, special tokens included.
     *
     * @param addGenerationPrompt true ends the text with what begins the assistant's answer
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the template's own words if it refuses the conversation,
     *     {@link ErrorCode#INTERNAL} if the template itself is faulty
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        Map<String, @Nullable Object> variables = new HashMap<>(specialTokens);
        variables.put("messages", messages.stream().map(ChatTemplate::variables).toList());
        variables.put("add_generation_prompt", addGenerationPrompt);
        variables.put("tools", null);
        variables.put("documents", null);
        variables.put("raise_exception", (JinjaFunction) arguments -> {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "the model's chat template refuses these messages: " + arguments.get(0, "message", ""));
        });
        variables.put("strftime_now", (JinjaFunction)
                arguments -> Strftime.format(LocalDateTime.now(clock), String.valueOf(arguments.get(0, "format", ""))));
        try {
            return template().render(variables, () -> {});
        } catch (JinjaException e) {
            String place = e.line() > 0 ? " in line " + e.line() : "";
            throw new WeirException(
                    ErrorCode.INTERNAL, "the model's chat template fails" + place + ": " + e.detail(), e);
        }
    }

    private JinjaTemplate template() {
        JinjaTemplate parsed = template;
        if (parsed == null) {
            parsed = JinjaTemplate.parse(source);
            template = parsed;
        }
        return parsed;
    }

    private static Map<String, Object> variables(ChatMessage message) {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("role", message.role());
        variables.put("content", message.content());
        return variables;
    }
}
