package dev.weir.inference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The labels of a classifier.
 *
 * @param names in the order of the logits; a logit without a name is called {@code LABEL_n}
 * @param independent true for a multi-label classifier: each label has a probability of its own
 */
record TextClasses(List<String> names, boolean independent) {

    TextClasses {
        names = List.copyOf(names);
    }

    /** Returns the probability of each label, in the order of the logits. The sum is 1 unless the labels are independent. */
    Map<String, Double> of(float[] logits) {
        double[] odds = new double[logits.length];
        double sum = 0;
        float highest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        boolean apart = independent || logits.length == 1;
        for (int label = 0; label < logits.length; label++) {
            odds[label] = apart ? 1 / (1 + Math.exp(-logits[label])) : Math.exp(logits[label] - highest);
            sum += odds[label];
        }
        Map<String, Double> labelled = new LinkedHashMap<>();
        for (int label = 0; label < logits.length; label++) {
            String name = label < names.size() ? names.get(label) : "LABEL_" + label;
            labelled.put(name, apart ? odds[label] : odds[label] / sum);
        }
        return labelled;
    }
}
