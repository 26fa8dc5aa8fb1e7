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
 * @param streaming whether the text comes token by token; a boolean
 * @param batchSize how many inputs go through the model at once; null for the default
 * @param maxInputLength how many tokens of the input are used; null for all
 * @param stopSequences a text or a list of texts that end the generation; null for none
 * @param params {@code temperature}, {@code top_p} and their like, by name; absent ones have the task's default
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
        @Nullable Template output,
        Location location)
        implements ActionConfig {

    public ModelAction {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }
}
