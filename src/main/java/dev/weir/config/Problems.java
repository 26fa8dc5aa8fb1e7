package dev.weir.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a configuration, so that all of it is reported at once. */
final class Problems {
    private static final Comparator<Problem> BY_PLACE = Comparator.comparing(
                    (Problem problem) -> problem.location().file().toString())
            .thenComparingInt(problem -> problem.location().line())
            .thenComparingInt(problem -> problem.location().column());

    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    void error(Location location, String path, String message, String remedy) {
        errors.add(new Problem(location, path, message, remedy));
    }

    void warning(Location location, String path, String message, String remedy) {
        warnings.add(new Problem(location, path, message, remedy));
    }

    /** By file, line and column; none twice. */
    List<Problem> errors() {
        return errors.stream().distinct().sorted(BY_PLACE).toList();
    }

    /** By file, line and column; none twice. */
    List<Problem> warnings() {
        return warnings.stream().distinct().sorted(BY_PLACE).toList();
    }
}
