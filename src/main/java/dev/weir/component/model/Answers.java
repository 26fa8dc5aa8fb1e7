package dev.weir.component.model;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.component.CallValues;
import dev.weir.config.Classification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers of a classifier in the form that an action wants.
 *
 * @param labels the labels in the order of the model's logits; empty for the model's own
 * @param probabilities whether an answer has the probabilities of all labels, in their order
 * @param bare whether the label is given without its number and its score
 */
record Answers(List<String> labels, boolean probabilities, boolean bare) {

    Answers {
        labels = List.copyOf(labels);
    }

    /**
     * Renders the form.
     *
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the probabilities are neither wanted nor unwanted
     */
    static Answers of(Classification form, Scope scope) {
        boolean wanted = form.probabilities() != null
                && CallValues.flag("return_probabilities", form.probabilities().render(scope));
        return new Answers(form.labels(), wanted, form.bare());
    }

    /**
     * Returns one answer.
     *
     * @param classes the probability of each label, in the order of the logits
     * @throws WeirException {@link ErrorCode#INVALID_INPUT} if the labels are not as many as the classes
     */
    Object of(Map<String, Double> classes) {
        if (!labels.isEmpty() && labels.size() != classes.size()) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT,
                    "labels must have " + classes.size() + " texts, one for each class of the model, had "
                            + labels.size());
        }
        List<String> names = labels.isEmpty() ? List.copyOf(classes.keySet()) : labels;
        List<Double> shares = new ArrayList<>(classes.values());
        int best = 0;
        for (int i = 1; i < shares.size(); i++) {
            best = shares.get(i) > shares.get(best) ? i : best;
        }
        if (bare && !probabilities) {
            return names.get(best);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("label", names.get(best));
        if (!bare) {
            answer.put("label_id", best);
            answer.put("score", shares.get(best));
        }
        if (probabilities) {
            answer.put("probabilities", shares);
        }
        return answer;
    }
}
