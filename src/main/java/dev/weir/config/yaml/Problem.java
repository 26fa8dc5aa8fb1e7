package dev.weir.config.yaml;

import dev.weir.Excerpt;

/**
 * One error or warning about the configuration.
 *
 * @param path the keys and positions that lead to the place, such as {@code workflows[1].jobs[0].component}; may be empty
 * @param message the fault, with the value
 * @param remedy the text to write instead; may be empty
 */
public record Problem(Location location, String path, String message, String remedy) {

    /** The most characters that are shown of one problem, and kept of each part. */
    static final int LONGEST = 500;

    public Problem {
        path = Excerpt.of(path, LONGEST);
        message = Excerpt.of(message, LONGEST);
        remedy = Excerpt.of(remedy, LONGEST);
    }

    @Override
    public String toString() {
        return location
                + ": "
                + (path.isEmpty() ? "" : path + ": ")
                + message
                + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
