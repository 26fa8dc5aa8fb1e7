package dev.weir.config;

import dev.weir.binding.Template;
import dev.weir.config.yaml.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One use of a model. Every template may be a constant; constants were checked when the configuration was read.
 *
 * @param text the input of every task but chat completion
 * @param messages the input of chat completion
 * @param streaming whether the text is streamed token by token; a boolean
 * @param batchSize the number of inputs that the model reads at once; null for the default
 * @param maxInputLength the most tokens of the input that are used; null for all
 * @param stopSequences a text or a list of texts that end the generation; null for none
 * @param params parameters such as {@code temperature}, by name; absent parameters have the task's default
 * @param classification the form of a classifier's answers; without effect for other tasks
 */
public record ModelAction(
        String id,
        boolean isDefault,
        @Nullable Template text,
        @Nullable Template messages,
        Template streaming,
        @Nullable Template batchSize,
        @Nullable Template maxInputLength,
        @Nullable Template stopSequences,
        Map<String, Template> params,
        Classification classification,
        @Nullable Template output,
        Location location)
        implements ActionConfig {

    public ModelAction {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }
}
