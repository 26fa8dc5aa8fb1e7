package dev.weir.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** The descriptions of keys for editors, from {@code schema-descriptions.properties}. */
public final class SchemaDescriptions {
    private final Properties sentences = new Properties();
    private final Set<String> unused;

    public SchemaDescriptions() {
        try (InputStream file =
                SchemaDescriptions.class.getResourceAsStream("/config/schema-descriptions.properties")) {
            sentences.load(new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        unused = new TreeSet<>(sentences.stringPropertyNames());
    }

    /** The description of a key in one kind of mapping, or otherwise its general description. */
    public String of(String mapping, String key) {
        String special = mapping + "." + key;
        String name = sentences.containsKey(special) ? special : key;
        if (!sentences.containsKey(name)) {
            throw new IllegalStateException("schema-descriptions.properties says nothing of " + special);
        }
        unused.remove(name);
        return sentences.getProperty(name);
    }

    /** The description of model-compose keys without effect. */
    public String foreign() {
        return "Known to model-compose; has no effect here.";
    }

    /** The descriptions that no key has used. */
    public Set<String> unused() {
        return unused;
    }
}
