package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.util.List;
import java.util.Optional;

/**
 * A model that runs in this process.
 *
 * @param precision the variant of the weights; empty for the variant that exists
 * @param device {@code cpu}, {@code cuda} or {@code cuda:n}
 */
public record ModelConfig(
        String id,
        boolean isDefault,
        ModelTask task,
        ModelLocation model,
        Optional<Precision> precision,
        String device,
        List<ModelAction> actions,
        Location location)
        implements ComponentConfig {
    public static final String TYPE = "model";

    public ModelConfig {
        actions = List.copyOf(actions);
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** The variants of a model's weights. */
    public enum Precision {
        FLOAT32,
        FLOAT16,
        BFLOAT16,
        INT8,
        INT4
    }
}
