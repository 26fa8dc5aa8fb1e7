package dev.weir.config;

import dev.weir.binding.Template;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form of a classifier's answers.
 *
 * @param labels the labels in the order of the model's logits; empty for the model's own
 * @param probabilities whether an answer has the probability of each label; a boolean, null for false
 * @param bare whether an answer is the label alone, or only the label and the probabilities: the form of the first
 *     versions of model-compose
 */
public record Classification(List<String> labels, @Nullable Template probabilities, boolean bare) {
    /** The model's labels without probabilities. */
    public static final Classification PLAIN = new Classification(List.of(), null, false);

    public Classification {
        labels = List.copyOf(labels);
    }
}
