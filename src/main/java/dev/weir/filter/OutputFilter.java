package dev.weir.filter;

import java.util.List;

/**
 * One filter of a workflow.
 *
 * @param name by which its hits are counted and its refusals are told
 * @param rules what it looks for, in this order; each sees what the one before has left
 */
public record OutputFilter(String name, Action action, List<Rule> rules) {

    public OutputFilter {
        rules = List.copyOf(rules);
    }

    /**
     * One thing to look for.
     *
     * @param replacement what stands in its place where the action is to redact; may be empty
     */
    public record Rule(Matcher matcher, String replacement) {}
}
