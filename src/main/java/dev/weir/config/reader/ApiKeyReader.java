package dev.weir.config.reader;

import dev.weir.config.AuthConfig;
import dev.weir.config.HashedKey;
import dev.weir.config.yaml.Printable;
import dev.weir.config.yaml.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the keys of {@code controller.auth}. A key itself is in an environment variable or a file, never in the
 * configuration or in a message.
 */
public final class ApiKeyReader {
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");
    private static final int LONGEST_FILE = 4096;
    private static final String REMEDY = "make one with 'openssl rand -hex 32'";

    private final Section keys;
    private final List<AuthConfig.ApiKey> read = new ArrayList<>();

    private ApiKeyReader(Section keys) {
        this.keys = keys;
    }

    static List<AuthConfig.ApiKey> read(Section auth) {
        auth.missing("keys", "write 'keys: {name: ${env.NAME_OF_A_VARIABLE}}'");
        return auth.mapping("keys").map(keys -> new ApiKeyReader(keys).all()).orElse(List.of());
    }

    private List<AuthConfig.ApiKey> all() {
        if (keys.node.entries().isEmpty()) {
            keys.error("is empty", "write '{name: ${env.NAME_OF_A_VARIABLE}}'");
        }
        for (String name : keys.node.entries().keySet()) {
            if (!NAME.matcher(name).matches()) {
                keys.error(
                        name,
                        "'" + Printable.cut(name) + "' is not a name for a key",
                        "use letters, digits and . _ @ -, at most 64 of them");
            }
            if (keys.find(name) instanceof YamlNode.Mapping) {
                keys.mapping(name).ifPresent(key -> described(name, key));
            } else {
                add(name, fromEnvironment(keys, name), Set.of(), keys, name);
            }
        }
        return read;
    }

    private void described(String name, Section key) {
        Set<String> roles = Set.copyOf(key.texts("roles"));
        if (key.has("key") == key.has("file")) {
            key.error(
                    key.has("key") ? "has both 'key' and 'file'" : "has neither 'key' nor 'file'", "write one of them");
        }
        String from = key.has("file") ? "file" : "key";
        Optional<String> secret = key.has("file") ? fromFile(key) : fromEnvironment(key, "key");
        add(name, secret, roles, key, from);
        key.finish();
    }

    private static Optional<String> fromEnvironment(Section section, String key) {
        if (section.find(key) instanceof YamlNode.Scalar scalar
                && !scalar.text().contains("${env.")) {
            section.error(
                    key,
                    "a key must not stand in the configuration",
                    "put it into an environment variable, '${env.NAME}', or into a 'file'");
            return Optional.empty();
        }
        if (section.has(key)) {
            Optional<String> text = section.text(key);
            section.missing(key, "");
            return text;
        }
        return Optional.empty();
    }

    private static Optional<String> fromFile(Section key) {
        return key.text("file").flatMap(name -> {
            Path file = key.loading.file(name);
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(new String(in.readNBytes(LONGEST_FILE), StandardCharsets.UTF_8).strip());
            } catch (IOException e) {
                key.error("file", "the key's file '" + Printable.cut(name) + "' cannot be read", "");
                return Optional.empty();
            }
        });
    }

    private void add(String name, Optional<String> secret, Set<String> roles, Section section, String from) {
        if (secret.isEmpty()) {
            return;
        }
        String text = secret.get();
        if (text.length() < HashedKey.SHORTEST) {
            section.error(
                    from,
                    "the key is too short to be safe (at least " + HashedKey.SHORTEST + " characters, has "
                            + text.length() + ")",
                    REMEDY);
        } else if (!SENDABLE.matcher(text).matches()) {
            section.error(from, "the key has characters that a header cannot carry, or spaces", REMEDY);
        } else {
            HashedKey key = HashedKey.of(text);
            read.stream()
                    .filter(other -> other.key().equals(key))
                    .findFirst()
                    .ifPresent(other -> section.error(
                            from, "is the key of '" + other.name() + "'", "give each caller its own key"));
            read.add(new AuthConfig.ApiKey(name, key, roles));
        }
    }
}
