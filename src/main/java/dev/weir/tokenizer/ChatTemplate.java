package dev.weir.tokenizer;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import dev.weir.ErrorCode;
import dev.weir.WeirException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a model wants a conversation written as one text: the Jinja template of its repository, rendered with the settings
 * of transformers ({@code trim_blocks}, {@code lstrip_blocks}). Thread-safe.
 *
 * <p>A template comes from whoever made the model, and is kept in a box: it sees texts, lists and maps and no Java object,
 * loads no other template, and its output is limited. Text of the conversation is never read as a template.
 */
public final class ChatTemplate {
    /** DialoGPT's way, for models without a template: every turn ends with the end-of-text token. */
    private static final String TURNS_ENDED =
            "{% for message in messages %}{{ message['content'] }}{{ eos_token }}{% endfor %}";

    private static final int MAX_OUTPUT_CHARACTERS = 8 << 20;
    private static final int MAX_LOOP_RANGE = 1_000;
    private static final Jinjava JINJAVA = jinjava();

    private final String source;
    private final Map<String, String> specialTokens;

    private ChatTemplate(String source, Map<String, String> specialTokens) {
        this.source = source;
        this.specialTokens = specialTokens;
    }

    static ChatTemplate of(TokenizerFiles files) {
        return new ChatTemplate(withoutLastLineBreak(files.chatTemplate().orElse(TURNS_ENDED)), files.specialTokens());
    }

    /**
     * The conversation as one text, special tokens included.
     *
     * @param addGenerationPrompt true ends the text with what begins the assistant's answer
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} with the template's own words if it refuses the conversation,
     *     {@link ErrorCode#INTERNAL} if the template itself is faulty
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        Map<String, Object> variables = new HashMap<>(specialTokens);
        variables.put("messages", messages.stream().map(ChatTemplate::variables).toList());
        variables.put("add_generation_prompt", addGenerationPrompt);
        RenderResult result = JINJAVA.renderForResult(source, variables);
        for (TemplateError error : result.getErrors()) {
            if (error.getSeverity() == TemplateError.ErrorType.FATAL) {
                throw fault(error);
            }
        }
        return result.getOutput();
    }

    private static Map<String, Object> variables(ChatMessage message) {
        return Map.of("role", message.role(), "content", message.content());
    }

    private static WeirException fault(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof TemplateRefusal) {
                return new WeirException(
                        ErrorCode.INVALID_INPUT,
                        "the model's chat template refuses these messages: " + cause.getMessage());
            }
        }
        return new WeirException(
                ErrorCode.INTERNAL,
                "the model's chat template fails in line " + error.getLineno() + ": " + error.getMessage(),
                error.getException());
    }

    /** Jinja takes one line break from a template's end; Jinjava would take it from the output's. */
    private static String withoutLastLineBreak(String template) {
        return template.endsWith("\n") ? template.substring(0, template.length() - 1) : template;
    }

    private static Jinjava jinjava() {
        JinjavaConfig config = JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withKeepTrailingNewline(true)
                .withNestedInterpretationEnabled(false)
                .withLegacyOverrides(asJinja())
                .withMaxOutputSize(MAX_OUTPUT_CHARACTERS)
                .withRangeLimit(MAX_LOOP_RANGE)
                .build();
        Jinjava jinjava = new Jinjava(config);
        jinjava.setResourceLocator((name, encoding, interpreter) -> {
            throw new IOException("a chat template may not load " + name);
        });
        jinjava.registerFunction(TemplateRefusal.function());
        return jinjava;
    }

    /** What Jinjava keeps of its own older ways unless told otherwise. */
    private static LegacyOverrides asJinja() {
        return LegacyOverrides.newBuilder()
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUsePyishObjectMapper(true)
                .withUseNaturalOperatorPrecedence(true)
                .withParseWhitespaceControlStrictly(true)
                .withAllowAdjacentTextNodes(true)
                .withUseTrimmingForNotesAndExpressions(true)
                .withKeepNullableLoopValues(true)
                .withHandleBackslashInQuotesOnly(true)
                .build();
    }
}
