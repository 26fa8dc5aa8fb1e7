package dev.weir.workflow.served;

import dev.weir.Excerpt;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The problems of a configuration as they are reported: bounded in number and length.
 *
 * @param shown the first problems, without secrets
 * @param count the number of all problems
 */
public record ShownProblems(List<String> shown, int count) {
    public static final int MOST = 100;
    private static final int LONGEST = 500;

    public ShownProblems {
        shown = List.copyOf(shown);
    }

    /**
     * Returns the first {@value #MOST} of {@code problems}, each cut to a bounded length.
     *
     * @param more the number of further problems that the list does not contain
     */
    public static ShownProblems of(List<String> problems, int more) {
        return new ShownProblems(
                problems.stream()
                        .limit(MOST)
                        .map(problem -> Excerpt.of(problem, LONGEST))
                        .toList(),
                problems.size() + more);
    }

    /** Returns the shown problems, and a last line with the number of the others if there are any. */
    public List<String> lines() {
        int rest = count - shown.size();
        return rest == 0
                ? shown
                : IntStream.rangeClosed(0, shown.size())
                        .mapToObj(i -> i < shown.size() ? shown.get(i) : "and " + rest + " more")
                        .toList();
    }
}
