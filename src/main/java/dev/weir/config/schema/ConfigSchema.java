package dev.weir.config.schema;

import java.io.InputStream;
import java.util.Objects;

/**
 * The JSON Schema (draft 2020-12) of the configuration, by which editors complete and check it. It is made from the records
 * of this package, and finds mistakes of shape; {@code ConfigReader} finds all.
 */
public final class ConfigSchema {
    /** The media type of the schema. */
    public static final String MEDIA_TYPE = "application/schema+json";

    static final String FILE = "model-compose.schema.json";

    private ConfigSchema() {}

    /** The schema, UTF-8; to be closed by the caller. */
    public static InputStream open() {
        return Objects.requireNonNull(ConfigSchema.class.getResourceAsStream(FILE), FILE);
    }
}
