package dev.weir.filter;

import java.util.List;

/**
 * One filter of a workflow.
 *
 * @param name the name of the filter in counts and messages
 * @param rules are applied in this order, each to the result of the rule before
 */
public record OutputFilter(String name, Action action, List<Rule> rules) {

    public OutputFilter {
        rules = List.copyOf(rules);
    }

    /**
     * A matcher and the replacement of its matches.
     *
     * @param replacement stands in the place of a match if the action is {@link Action#REDACT}; may be empty
     */
    public record Rule(Matcher matcher, String replacement) {}
}
