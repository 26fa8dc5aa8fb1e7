package dev.weir.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The file that receives the result instead of standard output. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the result to a file instead of standard output.")
    private @Nullable Path file;

    /** Writes a result. */
    @FunctionalInterface
    interface Result {
        void to(Terminal terminal) throws IOException, InterruptedException;
    }

    /** Writes a result to the terminal's output, or to the file if one is given. */
    void write(Terminal terminal, Result result) throws IOException, InterruptedException {
        if (file == null) {
            result.to(terminal);
            return;
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            result.to(new Terminal(out, terminal.err(), terminal.environment(), false));
        } catch (Terminal.ClosedOutputException e) {
            // Only the reader of standard output may leave: this file is wanted whole.
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
