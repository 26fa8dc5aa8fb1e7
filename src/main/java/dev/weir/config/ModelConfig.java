package dev.weir.config;

import dev.weir.config.yaml.Location;
import java.util.List;
import java.util.Optional;

/**
 * A model that runs in this process.
 *
 * @param precision the variant of the weights; empty for the variant that exists
 * @param architecture as the configuration names it; empty if only the model's {@code config.json} decides
 * @param device {@code cpu}, {@code cuda} or {@code cuda:n}
 */
public record ModelConfig(
        String id,
        boolean isDefault,
        ModelTask task,
        ModelLocation model,
        Optional<Architecture> architecture,
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

    /** The architectures of models that generate text. */
    public enum Architecture {
        /** A decoder alone, which continues its input. */
        CAUSAL,
        /** An encoder-decoder, which reads its input before it writes. */
        SEQ2SEQ
    }

    /** The variants of a model's weights. */
    public enum Precision {
        FLOAT32,
        FLOAT16,
        INT8,
        INT4
    }
}
