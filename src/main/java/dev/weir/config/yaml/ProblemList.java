package dev.weir.config.yaml;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the problems of a configuration, so that all are reported together. Belongs to one thread. */
public final class ProblemList {
    private static final Comparator<Problem> BY_PLACE = Comparator.comparing(
                    (Problem problem) -> problem.location().file().toString())
            .thenComparingInt(problem -> problem.location().line())
            .thenComparingInt(problem -> problem.location().column());

    /** The most errors, and the most warnings, that are kept: a file of the largest size may have a million. */
    private static final int MOST = 10_000;

    private final Set<Problem> errors = new LinkedHashSet<>();
    private final Set<Problem> warnings = new LinkedHashSet<>();
    private int moreErrors;
    private int moreWarnings;

    public void error(Location location, String path, String message, String remedy) {
        if (errors.size() < MOST) {
            errors.add(new Problem(location, path, message, remedy));
        } else {
            moreErrors++;
        }
    }

    public void warning(Location location, String path, String message, String remedy) {
        if (warnings.size() < MOST) {
            warnings.add(new Problem(location, path, message, remedy));
        } else {
            moreWarnings++;
        }
    }

    /** Whether a further error would only be counted. */
    public boolean isFull() {
        return errors.size() >= MOST;
    }

    /** Whether there is an error. */
    public boolean hasErrors() {
        return !errors.isEmpty();
    }

    /** The number of errors beyond {@link #errors}. */
    public int moreErrors() {
        return moreErrors;
    }

    /** The number of warnings beyond {@link #warnings}. */
    public int moreWarnings() {
        return moreWarnings;
    }

    /** Returns the errors by file, line and column, without duplicates. */
    public List<Problem> errors() {
        return errors.stream().sorted(BY_PLACE).toList();
    }

    /** Returns the warnings by file, line and column, without duplicates. */
    public List<Problem> warnings() {
        return warnings.stream().sorted(BY_PLACE).toList();
    }
}
