package dev.weir.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program and its arguments. No shell interprets them.
 *
 * @param words the program, as a name or a path, then its arguments
 * @param directory the working directory
 * @param written the working directory as the configuration has it, for messages to clients; empty for none
 * @param environment all variables of the program: none is inherited
 */
public record Command(List<String> words, Path directory, String written, Map<String, String> environment) {
    /** Makes a command. Messages to clients do not name its working directory. */
    public Command(List<String> words, Path directory, Map<String, String> environment) {
        this(words, directory, "", environment);
    }

    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }

    /** Returns the program as it is configured. */
    String program() {
        return words.get(0);
    }

    /** Returns only the program: arguments and variables may be secrets. */
    @Override
    public String toString() {
        return "'" + program() + "'";
    }
}
