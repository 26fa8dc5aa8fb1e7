package dev.weir.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The labels of a classifier.
 *
 * @param names in the order of the logits; a label beyond them is called {@code LABEL_n}
 * @param independent whether each label is true or not by itself
 */
record TextClasses(List<String> names, boolean independent) {

    TextClasses {
        names = List.copyOf(names);
    }

    /** The probability of each label, the most likely first: 1 together unless the labels are independent. */
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
        List<Map.Entry<String, Double>> named = new ArrayList<>();
        for (int label = 0; label < logits.length; label++) {
            String name = label < names.size() ? names.get(label) : "LABEL_" + label;
            named.add(Map.entry(name, apart ? odds[label] : odds[label] / sum));
        }
        named.sort(Map.Entry.<String, Double>comparingByValue().reversed());
        Map<String, Double> labelled = new LinkedHashMap<>();
        named.forEach(each -> labelled.put(each.getKey(), each.getValue()));
        return labelled;
    }
}
