package dev.weir.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program and its arguments; no shell reads them.
 *
 * @param words the program, by its name or its path, and its arguments; at least the program
 * @param directory where it runs
 * @param environment all its variables: nothing is inherited
 */
public record Command(List<String> words, Path directory, Map<String, String> environment) {
    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }

    /** The program as it is written. */
    String program() {
        return words.get(0);
    }

    /** Only the program: arguments and variables may be secrets. */
    @Override
    public String toString() {
        return "'" + program() + "'";
    }
}
