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
        return loaded(read(yaml, environment)).config();
    }

    /** Reads a valid configuration, with its warnings. */
    static LoadResult.Loaded loaded(String yaml) {
        return loaded(read(yaml));
    }

    private static LoadResult.Loaded loaded(LoadResult result) {
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded;
        }
        throw new AssertionError(((LoadResult.Rejected) result).problems());
    }

    /** Reads a configuration, which may have problems. */
    static LoadResult read(String yaml) {
        return read(yaml, Map.of());
    }

    private static LoadResult read(String yaml, Map<String, String> environment) {
        try {
            Path file = Files.createTempFile("model-compose", ".yml");
            try {
                return ConfigReader.read(List.of(Files.writeString(file, yaml)), environment);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
