package dev.weir.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The file that receives the result instead of standard output. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the result to a file instead of standard output.")
    private @Nullable Path file;

    /** The file; empty for standard output. */
    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** Returns a terminal with the same streams, where results go to the file if one is given. The caller closes its output. */
    Terminal open(Terminal terminal) throws IOException {
        if (file == null) {
            return terminal;
        }
        OutputStream out = Files.newOutputStream(file);
        return new Terminal(out, terminal.err(), terminal.environment(), false);
    }
}
