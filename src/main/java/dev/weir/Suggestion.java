package dev.weir;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests a known name for a misspelt one. Uses the optimal string alignment distance, where a swap counts as one change. */
public final class Suggestion {
    private static final int LONGEST = 64;
    /** The most names that are compared; further names are ignored. */
    private static final int MOST = 1_000;

    private Suggestion() {}

    /** Returns the nearest of {@code names}; empty if none differs by at most a third of the name's length, or one change. */
    public static Optional<String> to(String name, Collection<String> names) {
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        String plain = plain(name);
        int tolerance = Math.max(1, plain.length() / 3);
        return names.stream()
                .limit(MOST)
                .filter(candidate -> Math.abs(candidate.length() - plain.length()) <= tolerance)
                .filter(candidate -> distance(plain, plain(candidate)) <= tolerance)
                .min(Comparator.comparingInt((String candidate) -> distance(plain, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Returns {@code did you mean 'x'?}, or {@code otherwise} if no name is near enough. */
    public static String remedy(String name, Collection<String> names, String otherwise) {
        return to(name, names).map(nearest -> "did you mean '" + nearest + "'?").orElse(otherwise);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    static int distance(String a, String b) {
        int[][] distances = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    distances[i][j] = i + j;
                    continue;
                }
                int changed = distances[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                int nearest = Math.min(changed, Math.min(distances[i - 1][j], distances[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                distances[i][j] = swapped ? Math.min(nearest, distances[i - 2][j - 2] + 1) : nearest;
            }
        }
        return distances[a.length()][b.length()];
    }
}
