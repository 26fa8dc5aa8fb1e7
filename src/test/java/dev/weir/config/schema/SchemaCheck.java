package dev.weir.config.schema;

import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JakartaJsonNode;
import dev.weir.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Validates configurations against the JSON Schema, without a network. */
final class SchemaCheck {
    private static final URI DIALECT = URI.create("https://json-schema.org/draft/2020-12/schema");
    private static final Validator VALIDATOR = new ValidatorFactory()
            .withJsonNodeFactory(new JakartaJsonNode.Factory())
            .createValidator();
    private static final URI SCHEMA = VALIDATOR.registerSchema(text());

    private SchemaCheck() {}

    /** The faults of a configuration, given as plain values. */
    static List<String> faults(Object configuration) {
        return faults(VALIDATOR.validate(SCHEMA, Json.write(configuration)));
    }

    /** The faults of the schema itself. */
    static List<String> faultsOfTheSchema() {
        return faults(VALIDATOR.validate(DIALECT, text()));
    }

    private static List<String> faults(Validator.Result result) {
        return result.getErrors().stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getError())
                .toList();
    }

    private static String text() {
        try (InputStream schema = ConfigSchema.open()) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
