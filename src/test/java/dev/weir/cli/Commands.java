package dev.weir.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs commands in this JVM. */
final class Commands {
    private Commands() {}

    /** The end of a command. */
    record Result(int status, ByteArrayOutputStream stream, String err) {
        byte[] bytes() {
            return stream.toByteArray();
        }

        String out() {
            return stream.toString(StandardCharsets.UTF_8);
        }
    }

    static Result run(Map<String, String> environment, String... arguments) {
        return run(environment, false, arguments);
    }

    static Result run(Map<String, String> environment, boolean isTerminal, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return run(out, out, environment, isTerminal, arguments);
    }

    /** Runs a command with another output; the result has none. */
    static Result run(OutputStream out, String... arguments) {
        return run(out, new ByteArrayOutputStream(), Map.of(), false, arguments);
    }

    private static Result run(
            OutputStream out,
            ByteArrayOutputStream kept,
            Map<String, String> environment,
            boolean isTerminal,
            String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(out, new PrintStream(err, true, StandardCharsets.UTF_8), environment, isTerminal);
        int status = WeirCommand.run(Path.of("target/weir.war"), terminal, arguments);
        return new Result(status, kept, err.toString(StandardCharsets.UTF_8));
    }
}
