package dev.weir.cli;

import dev.weir.config.schema.ConfigSchema;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes the JSON Schema of the configuration, as {@code GET /api/schema} does. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = "Writes the JSON Schema of the configuration, for editors and other tools.")
final class SchemaCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private OutputOption output = new OutputOption();

    SchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (InputStream schema = ConfigSchema.open()) {
            output.write(terminal, target -> target.write(schema.readAllBytes()));
        }
        return ExitStatus.DONE;
    }
}
