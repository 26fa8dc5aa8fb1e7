package dev.weir.workflow.served;

import dev.weir.Excerpt;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The problems of a configuration as they are told: a bounded number of bounded length.
 *
 * @param shown the first of them, without secrets
 * @param count how many there are in all
 */
public record ShownProblems(List<String> shown, int count) {
    public static final int MOST = 100;
    private static final int LONGEST = 500;

    public ShownProblems {
        shown = List.copyOf(shown);
    }

    /** The first of {@code problems}, cut; {@code more} is how many there are besides them. */
    public static ShownProblems of(List<String> problems, int more) {
        return new ShownProblems(
                problems.stream()
                        .limit(MOST)
                        .map(problem -> Excerpt.of(problem, LONGEST))
                        .toList(),
                problems.size() + more);
    }

    /** The lines that tell them, the last of how many are left out. */
    public List<String> lines() {
        int rest = count - shown.size();
        return rest == 0
                ? shown
                : IntStream.rangeClosed(0, shown.size())
                        .mapToObj(i -> i < shown.size() ? shown.get(i) : "and " + rest + " more")
                        .toList();
    }
}
