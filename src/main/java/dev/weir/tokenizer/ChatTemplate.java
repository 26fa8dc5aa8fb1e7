package dev.weir.tokenizer;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.jinja.Arguments;
import dev.weir.jinja.JinjaException;
import dev.weir.jinja.JinjaFunction;
import dev.weir.jinja.JinjaTemplate;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a model wants a conversation written as one text: the Jinja template of its repository, rendered as transformers
 * renders it, with {@code messages}, {@code add_generation_prompt}, the special tokens by name, {@code tools} and {@code
 * documents} (None), and the functions {@code raise_exception} and {@code strftime_now}. Immutable and thread-safe.
 *
 * <p>A template comes from whoever made the model, and is kept in a box: it sees texts, numbers, lists and maps and no Java
 * object, loads no other template, and is held to a time, to work and to memory. Text of the conversation is never read as a template.
 * What is wrong with a template is known once it is read and rehearsed; that is no failure until a conversation needs the template.
 */
public final class ChatTemplate {
    /** DialoGPT's way, for models without a template: every turn ends with the end-of-text token. */
    private static final String TURNS_ENDED =
            "{% for message in messages %}{{ message['content'] }}{{ eos_token }}{% endfor %}";

    private static final int LONGEST_REASON = 1000;
    private static final int LONGEST_DATE_FORMAT = 1000;

    private final String name;
    private final @Nullable JinjaTemplate template;
    private final @Nullable String problem;
    private final Map<String, String> specialTokens;
    private final Clock clock;
    private final ChatForm form;

    private ChatTemplate(
            String name,
            @Nullable JinjaTemplate template,
            @Nullable String problem,
            Map<String, String> specialTokens,
            Clock clock,
            ChatForm form) {
        this.name = name;
        this.template = template;
        this.problem = problem;
        this.specialTokens = specialTokens;
        this.clock = clock;
        this.form = form;
    }

    static ChatTemplate of(TokenizerFiles files) {
        return of(files, Clock.system(ZoneId.systemDefault()));
    }

    /** @param clock says what {@code strftime_now} tells */
    static ChatTemplate of(TokenizerFiles files, Clock clock) {
        if (files.chatTemplate() instanceof TokenizerFiles.TemplateSource.Unusable unusable) {
            return new ChatTemplate("", null, unusable.problem(), files.specialTokens(), clock, ChatForm.AS_IT_IS);
        }
        TokenizerFiles.TemplateSource.Found source =
                files.chatTemplate() instanceof TokenizerFiles.TemplateSource.Found found
                        ? found
                        : new TokenizerFiles.TemplateSource.Found("of contents and end tokens", TURNS_ENDED);
        try {
            JinjaTemplate parsed = JinjaTemplate.parse(source.jinja());
            return new ChatTemplate(source.name(), parsed, null, files.specialTokens(), clock, ChatForm.AS_IT_IS);
        } catch (JinjaException e) {
            String problem = "chat template " + source.name() + " cannot be read: " + e.placed();
            return new ChatTemplate(source.name(), null, problem, files.specialTokens(), clock, ChatForm.AS_IT_IS);
        }
    }

    /**
     * This after some short conversations: with what is wrong with it, if something is, and with the form in which it takes messages.
     *
     * @param check runs now and then; what it throws ends the rehearsal
     */
    public ChatTemplate rehearsed(Runnable check) {
        if (template == null) {
            return this;
        }
        ChatRehearsal.Verdict verdict =
                new ChatRehearsal((variables) -> template.rehearse(variables(variables), check)).verdict();
        return new ChatTemplate(
                name,
                verdict.problem().isPresent() ? null : template,
                verdict.problem()
                        .map(why -> "chat template " + name + " fails " + why)
                        .orElse(null),
                specialTokens,
                clock,
                verdict.form());
    }

    /** Why no conversation can be written; empty if none is known. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** As the other, to its end. */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        return render(messages, addGenerationPrompt, () -> {});
    }

    /**
     * The conversation as one text, special tokens included. Takes milliseconds, and at most the time that a template may take.
     *
     * @param addGenerationPrompt true ends the text with what begins the assistant's answer
     * @param check runs now and then; what it throws ends the rendering
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the template's own words if it refuses the conversation, or with the
     *     place in the template where it cannot go on; {@link ErrorCode#NOT_READY} if it has a {@link #problem}
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt, Runnable check) {
        if (template == null) {
            throw new WeirException(ErrorCode.NOT_READY, "the model cannot chat: " + problem);
        }
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.put(
                "messages",
                messages.stream().map(form::of).map(ChatMessage::fields).toList());
        variables.put("add_generation_prompt", addGenerationPrompt);
        try {
            return template.render(variables(variables), check);
        } catch (JinjaException e) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "the model's chat template " + name + " cannot write these messages: " + e.placed(),
                    e);
        }
    }

    /** What a template sees: the special tokens, what is particular to a rendering, and the functions. */
    private Map<String, @Nullable Object> variables(Map<String, ? extends @Nullable Object> particular) {
        Map<String, @Nullable Object> variables = new HashMap<>(specialTokens);
        variables.put("tools", null);
        variables.put("documents", null);
        variables.put("raise_exception", (JinjaFunction) arguments -> {
            throw new Refusal(shortened(arguments.text(0, "message", "")));
        });
        variables.put("strftime_now", (JinjaFunction) this::now);
        variables.putAll(particular);
        return variables;
    }

    private String now(Arguments arguments) {
        String format = String.valueOf(arguments.text(0, "format", ""));
        if (format.length() > LONGEST_DATE_FORMAT) {
            throw new Refusal("the format of a date is too long (at most " + LONGEST_DATE_FORMAT + " characters)");
        }
        return Strftime.format(LocalDateTime.now(clock), format);
    }

    private static String shortened(@Nullable String reason) {
        String text = String.valueOf(reason);
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    }

    /** The template itself refuses the messages. */
    static final class Refusal extends WeirException {
        private static final long serialVersionUID = 1L;

        Refusal(String reason) {
            super(ErrorCode.INVALID_INPUT, "the model's chat template refuses these messages: " + reason);
        }
    }
}
