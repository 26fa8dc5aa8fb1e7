package dev.weir.filter.regex;

import dev.weir.filter.regex.RegexNode.Assertion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A pattern as a nondeterministic automaton (Thompson, "Regular expression search algorithm", 1968). Immutable.
 *
 * <p>It also divides the code points into classes: the pattern treats all code points of a class alike.
 */
public final class RegexProgram {
    /** One step of the program. */
    sealed interface Step {
        /** Reads a code point of a set. */
        record Take(CodePoints set, int next) implements Step {}

        /** Continues in two ways. */
        record Split(int one, int other) implements Step {}

        /** Continues if the assertion is true here. */
        record Check(Assertion assertion, int next) implements Step {}

        /** Ends a match. */
        record Match() implements Step {}
    }

    private static final int MOST_STEPS = 10_000;
    private static final int ASCII = 128;

    private final List<Step> steps = new ArrayList<>();
    private final int start;
    private final boolean hasAssertions;
    /** The first code point of each range, ascending; {@code classes} has the class of the range. */
    private final int[] bounds;

    private final int[] classes;
    private final int[] ofAscii = new int[ASCII];
    private final int[] representatives;

    /**
     * Compiles a pattern.
     *
     * @throws RegexSyntaxException if the program would be too large
     */
    public RegexProgram(RegexNode node) throws RegexSyntaxException {
        int match = add(new Step.Match());
        start = compiled(node, match);
        hasAssertions = steps.stream().anyMatch(Step.Check.class::isInstance);
        List<CodePoints> sets = sets();
        bounds = IntStream.concat(IntStream.of(0), sets.stream().flatMapToInt(CodePoints::bounds))
                .filter(bound -> bound <= Character.MAX_CODE_POINT)
                .sorted()
                .distinct()
                .toArray();
        classes = new int[bounds.length];
        representatives = classify(sets);
        for (int c = 0; c < ASCII; c++) {
            ofAscii[c] = search(c);
        }
    }

    /** Assigns one class to all code points that are in the same sets. Returns one code point of each class. */
    private int[] classify(List<CodePoints> sets) {
        Map<BitSet, Integer> known = new LinkedHashMap<>();
        IntStream.Builder firsts = IntStream.builder();
        for (int i = 0; i < bounds.length; i++) {
            BitSet membership = new BitSet();
            for (int set = 0; set < sets.size(); set++) {
                membership.set(set, sets.get(set).contains(bounds[i]));
            }
            if (!known.containsKey(membership)) {
                firsts.add(bounds[i]);
                known.put(membership, known.size());
            }
            classes[i] = known.get(membership);
        }
        return firsts.build().toArray();
    }

    private List<CodePoints> sets() {
        Set<CodePoints> sets = new LinkedHashSet<>();
        for (Step step : steps) {
            if (step instanceof Step.Take take) {
                sets.add(take.set());
            }
        }
        if (hasAssertions) {
            sets.add(CodePoints.WORD);
            sets.add(CodePoints.LINE_FEED);
        }
        return List.copyOf(sets);
    }

    private int add(Step step) throws RegexSyntaxException {
        if (steps.size() == MOST_STEPS) {
            throw new RegexSyntaxException(
                    "the pattern is too large (at most " + MOST_STEPS + " steps, with its repetitions written out)",
                    "repeat less, or write several filters",
                    0);
        }
        steps.add(step);
        return steps.size() - 1;
    }

    /** Adds the steps of {@code node} in front of {@code next}. Returns the first step. */
    private int compiled(RegexNode node, int next) throws RegexSyntaxException {
        if (node instanceof RegexNode.One one) {
            return add(new Step.Take(one.set(), next));
        }
        if (node instanceof RegexNode.AssertionNode here) {
            return add(new Step.Check(here.assertion(), next));
        }
        if (node instanceof RegexNode.Sequence sequence) {
            int begin = next;
            for (int i = sequence.parts().size() - 1; i >= 0; i--) {
                begin = compiled(sequence.parts().get(i), begin);
            }
            return begin;
        }
        if (node instanceof RegexNode.Either either) {
            int begin = compiled(either.choices().get(either.choices().size() - 1), next);
            for (int i = either.choices().size() - 2; i >= 0; i--) {
                begin = add(new Step.Split(compiled(either.choices().get(i), next), begin));
            }
            return begin;
        }
        return repeated((RegexNode.Repeated) node, next);
    }

    private int repeated(RegexNode.Repeated repeated, int next) throws RegexSyntaxException {
        int begin = next;
        if (repeated.most() == RegexNode.UNBOUNDED) {
            int loop = add(new Step.Match()); // A placeholder: the split needs its own index.
            steps.set(loop, new Step.Split(compiled(repeated.what(), loop), next));
            begin = loop;
        } else {
            for (int i = repeated.least(); i < repeated.most(); i++) {
                begin = add(new Step.Split(compiled(repeated.what(), begin), next));
            }
        }
        for (int i = 0; i < repeated.least(); i++) {
            int before = steps.size();
            begin = compiled(repeated.what(), begin);
            if (steps.size() == before) {
                break; // The part is empty. Nested counts of empty parts would take too long.
            }
        }
        return begin;
    }

    Step step(int state) {
        return steps.get(state);
    }

    int size() {
        return steps.size();
    }

    int start() {
        return start;
    }

    boolean hasAssertions() {
        return hasAssertions;
    }

    /** The number of classes. */
    int classes() {
        return representatives.length;
    }

    /** The class of a code point. */
    int classOf(int codePoint) {
        return codePoint < ASCII ? ofAscii[codePoint] : search(codePoint);
    }

    private int search(int codePoint) {
        int at = Arrays.binarySearch(bounds, codePoint);
        return classes[at >= 0 ? at : -at - 2];
    }

    /** A code point of a class. */
    int representative(int ofClass) {
        return representatives[ofClass];
    }
}
