package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.util.List;

/**
 * A splitter of texts.
 *
 * @param type {@link #TEXT} or {@link #SENTENCE}
 * @param actions each of the kind that the type says
 */
public record SplitterConfig(String id, boolean isDefault, String type, List<SplitterAction> actions, Location location)
        implements ComponentConfig {
    /** Splits by size. */
    public static final String TEXT = "text-splitter";
    /** Splits at the ends of sentences. */
    public static final String SENTENCE = "sentence-splitter";

    public SplitterConfig {
        actions = List.copyOf(actions);
    }
}
