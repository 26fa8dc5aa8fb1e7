package dev.weir.config;

/**
 * One thing that is wrong, or doubtful, in the configuration.
 *
 * @param path the keys and positions that lead there, such as {@code workflows[1].jobs[0].component}; may be empty
 * @param message what is wrong, with the value
 * @param remedy what to write instead; may be empty
 */
public record Problem(Location location, String path, String message, String remedy) {

    @Override
    public String toString() {
        return location
                + ": "
                + (path.isEmpty() ? "" : path + ": ")
                + message
                + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
