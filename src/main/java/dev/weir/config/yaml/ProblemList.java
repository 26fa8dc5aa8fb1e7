package dev.weir.config.yaml;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong with a configuration, so that all of it is reported at once. */
public final class ProblemList {
    private static final Comparator<Problem> BY_PLACE = Comparator.comparing(
                    (Problem problem) -> problem.location().file().toString())
            .thenComparingInt(problem -> problem.location().line())
            .thenComparingInt(problem -> problem.location().column());

    /** A file of the largest size has room for a million problems; of so many, some are read by a person. */
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
    public boolean areMany() {
        return errors.size() >= MOST;
    }

    /** Whether there is an error. */
    public boolean areThere() {
        return !errors.isEmpty();
    }

    /** How many errors are not among {@link #errors}. */
    public int moreErrors() {
        return moreErrors;
    }

    /** How many warnings are not among {@link #warnings}. */
    public int moreWarnings() {
        return moreWarnings;
    }

    /** By file, line and column; none twice. */
    public List<Problem> errors() {
        return errors.stream().sorted(BY_PLACE).toList();
    }

    /** By file, line and column; none twice. */
    public List<Problem> warnings() {
        return warnings.stream().sorted(BY_PLACE).toList();
    }
}
