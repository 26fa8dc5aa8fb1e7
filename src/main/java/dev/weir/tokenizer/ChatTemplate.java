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
 * A model's chat template: turns a conversation into one text. Immutable and thread-safe.
 *
 * <p>It is the Jinja template of the model's repository, rendered as transformers renders it. Its variables are {@code messages},
 * {@code add_generation_prompt}, the special tokens by name, {@code tools} and {@code documents} (None). Its functions are {@code
 * raise_exception} and {@code strftime_now}.
 *
 * <p>A template is untrusted and runs in a sandbox: it sees texts, numbers, lists and maps, but no Java object. It loads no other
 * template. Time, work and memory are limited. Text of the conversation is never read as a template. Faults of a template are
 * found when it is parsed and rehearsed. They count as a failure only when a conversation needs the template.
 */
public final class ChatTemplate {
    /** The format of DialoGPT, for models without a template: every turn ends with the end-of-text token. */
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

    /**
     * Parses the template of a folder.
     *
     * @param clock the time for {@code strftime_now}
     */
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
     * Returns this template after a rehearsal with short conversations: with its problem, if there is one, and with the form in
     * which it takes messages. Blocks.
     *
     * @param check runs now and then; its exception ends the rehearsal
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

    /** Returns why no conversation can be rendered; empty if no problem is known. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Renders a conversation without a check; otherwise as the other {@code render}. */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        return render(messages, addGenerationPrompt, () -> {});
    }

    /**
     * Renders a conversation as one text, special tokens included. Blocks for milliseconds, and at most for the time limit of a
     * template.
     *
     * @param addGenerationPrompt true appends the beginning of the assistant's answer
     * @param check runs now and then; its exception ends the rendering
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the template's own words if it refuses the conversation, or with
     *     the place in the template that failed; {@link ErrorCode#NOT_READY} if there is a {@link #problem}
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

    /** Returns the variables of a rendering: the special tokens, the particular variables, and the functions. */
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

    /** The refusal of the messages by the template itself. */
    static final class Refusal extends WeirException {
        private static final long serialVersionUID = 1L;

        Refusal(String reason) {
            super(ErrorCode.INVALID_INPUT, "the model's chat template refuses these messages: " + reason);
        }
    }
}
