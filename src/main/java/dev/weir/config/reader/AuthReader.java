package dev.weir.config.reader;

import dev.weir.Suggestion;
import dev.weir.config.AuthConfig;
import dev.weir.config.yaml.Printable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code controller.auth}. */
public final class AuthReader {
    public static final List<String> TYPES = List.of("api-key", "jwt", "container");
    /** Signatures with pairs of keys: a server that verifies them cannot make them. */
    public static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

    private static final List<String> DEFAULT_ALGORITHMS = List.of("RS256", "ES256");
    private static final Duration DEFAULT_SKEW = Duration.ofSeconds(30);
    private static final Duration LONGEST_SKEW = Duration.ofMinutes(5);
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private AuthReader() {}

    /** Reads the authentication of callers; empty only if {@code auth} is absent. A faulty {@code auth} never opens the API. */
    static Optional<AuthConfig> of(Section controller) {
        boolean says = controller.has("auth");
        if (!controller.node.entries().containsKey("auth")) {
            return Optional.empty();
        }
        if (!says) {
            controller.error("auth", "'auth' is empty", "write 'auth: {type: …}', or remove it");
        }
        AuthConfig auth = controller.mapping("auth").map(AuthReader::read).orElse(new AuthConfig.Unreadable());
        controller.mapping("auth").ifPresent(section -> check(section, auth.allow(), Optional.of(auth)));
        return Optional.of(auth);
    }

    private static AuthConfig read(Section auth) {
        String type = auth.text("type").orElse("");
        AuthConfig config = switch (type) {
            case "api-key" -> new AuthConfig.ApiKeys(ApiKeyReader.read(auth), allow(auth));
            case "jwt" -> jwt(auth);
            case "container" -> new AuthConfig.Container(allow(auth));
            default -> new AuthConfig.Unreadable();
        };
        if (TYPES.contains(type)) {
            auth.finish();
        } else {
            wrongType(auth, type);
        }
        return config;
    }

    private static void wrongType(Section auth, String type) {
        String known = "write one of " + String.join(", ", TYPES);
        auth.missing("type", known);
        if (auth.has("type") && !auth.loading.isUnset(auth.find("type"))) {
            auth.error("type", "there is no authentication of type '" + Printable.cut(type) + "'", known);
        }
    }

    /** Reads the names under {@code allow}. An empty list is a problem: it could mean no caller or every caller. */
    static Set<String> allow(Section section) {
        Set<String> allowed = Set.copyOf(section.texts("allow"));
        if (section.has("allow") && allowed.isEmpty()) {
            section.error("allow", "is empty", "remove it to let in every caller with valid credentials");
        }
        return allowed;
    }

    private static AuthConfig jwt(Section auth) {
        Optional<String> issuer = auth.text("issuer").filter(text -> !text.isBlank());
        Set<String> audience = Set.copyOf(auth.texts("audience"));
        URI jwks = keySet(auth);
        Set<String> allow = allow(auth);
        List<String> algorithms = algorithms(auth);
        Duration skew = skew(auth);
        String rolesClaim = auth.text("roles_claim").orElse("roles");
        needed(auth, "issuer", issuer.isPresent(), "write the URL that tokens have as 'iss'");
        needed(auth, "audience", !audience.isEmpty(), "write what tokens for this server have as 'aud'");
        auth.missing("jwks", "write the URL of the issuer's keys, or the name of a file of them");
        return issuer.isEmpty() || audience.isEmpty() || jwks == null
                ? new AuthConfig.Unreadable()
                : new AuthConfig.Jwt(issuer.get(), audience, jwks, algorithms, skew, rolesClaim, allow);
    }

    private static void needed(Section auth, String key, boolean there, String remedy) {
        auth.missing(key, remedy);
        if (!there && auth.has(key) && !auth.loading.isUnset(auth.find(key))) {
            auth.error(key, "is empty", remedy);
        }
    }

    private static @Nullable URI keySet(Section auth) {
        String text = auth.text("jwks").orElse(null);
        if (text == null) {
            return null;
        }
        if (!text.matches("(?i)https?:.*")) {
            Path file = auth.loading.file(text);
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                auth.error("jwks", "the file '" + Printable.cut(text) + "' cannot be read", "");
                return null;
            }
            return file.toUri();
        }
        try {
            URI uri = new URI(text);
            String host = uri.getHost();
            boolean secure = uri.getScheme().toLowerCase(Locale.ROOT).equals("https");
            if (host != null && (secure || THIS_MACHINE.contains(host))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            auth.error("jwks", "'" + Printable.cut(text) + "' is not a URL: " + e.getReason(), "");
            return null;
        }
        auth.error(
                "jwks",
                "'" + Printable.cut(text) + "' is not secure: another server could answer with its own keys",
                "write an https URL");
        return null;
    }

    private static List<String> algorithms(Section auth) {
        List<String> algorithms = auth.texts("algorithms");
        for (String algorithm : algorithms) {
            if (!ALGORITHMS.contains(algorithm)) {
                auth.error(
                        "algorithms",
                        "'" + Printable.cut(algorithm) + "' is not a signature by a pair of keys",
                        "choose among " + String.join(", ", ALGORITHMS));
            }
        }
        return algorithms.isEmpty() ? DEFAULT_ALGORITHMS : algorithms;
    }

    private static Duration skew(Section auth) {
        Duration skew = auth.duration("clock_skew").orElse(DEFAULT_SKEW);
        if (skew.compareTo(LONGEST_SKEW) > 0) {
            auth.error("clock_skew", "must be at most 5m, is " + skew.toSeconds() + " s", "");
        }
        return skew;
    }

    /**
     * Reports each name in {@code allow}, of a workflow or of the controller, that no key has.
     *
     * @param auth the authentication of callers; empty if there is none
     */
    static void check(Section section, Set<String> allow, Optional<AuthConfig> auth) {
        if (allow.isEmpty()) {
            return;
        }
        if (auth.isEmpty()) {
            section.error("allow", "needs callers with credentials", "add 'auth' to 'controller'");
        } else if (auth.get() instanceof AuthConfig.ApiKeys known) {
            List<String> names = known.keys().stream()
                    .flatMap(key -> Stream.concat(Stream.of(key.name()), key.roles().stream()))
                    .distinct()
                    .sorted()
                    .toList();
            allow.stream()
                    .filter(name -> !names.contains(name))
                    .sorted()
                    .forEach(name -> section.error(
                            "allow",
                            "no key has the name or role '" + Printable.cut(name) + "'",
                            Suggestion.remedy(name, names, "the names and roles are " + String.join(", ", names))));
        }
    }
}
