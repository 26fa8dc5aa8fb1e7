package dev.weir.config.reader;

import dev.weir.config.ComposeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Configurations written in tests. */
public final class Configurations {
    private Configurations() {}

    /** Reads a valid configuration. */
    public static ComposeConfig of(String yaml) {
        return of(yaml, Map.of());
    }

    /** Reads a valid configuration with these environment variables. */
    public static ComposeConfig of(String yaml, Map<String, String> environment) {
        try {
            Path file = Files.createTempFile("model-compose", ".yml");
            try {
                Files.writeString(file, yaml);
                LoadResult result = ConfigReader.read(List.of(file), environment);
                if (result instanceof LoadResult.Loaded loaded) {
                    return loaded.config();
                }
                throw new AssertionError(((LoadResult.Rejected) result).problems());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
