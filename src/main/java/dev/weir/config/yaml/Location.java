package dev.weir.config.yaml;

import java.nio.file.Path;

/**
 * A place in a configuration file.
 *
 * @param file the file as it was named
 * @param line from 1
 * @param column from 1, in characters
 */
public record Location(Path file, int line, int column) {

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
