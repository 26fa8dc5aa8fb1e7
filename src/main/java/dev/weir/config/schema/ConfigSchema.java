package dev.weir.config.schema;

import java.io.InputStream;
import java.util.Objects;

/**
 * The JSON Schema (draft 2020-12) of the configuration, for completion and checks in editors. It is made from the records
 * and their readers. It finds errors of structure; {@code ConfigReader} finds all errors.
 */
public final class ConfigSchema {
    /** The media type of the schema. */
    public static final String MEDIA_TYPE = "application/schema+json";

    static final String FILE = "model-compose.schema.json";

    private ConfigSchema() {}

    /** Opens the schema, in UTF-8. The caller closes the stream. */
    public static InputStream open() {
        return Objects.requireNonNull(ConfigSchema.class.getResourceAsStream(FILE), FILE);
    }
}
