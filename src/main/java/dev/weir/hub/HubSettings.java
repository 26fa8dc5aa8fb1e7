package dev.weir.hub;

import dev.weir.upstream.proxy.Proxies;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The locations of the Hub and its cache, by the environment variables of Python's {@code huggingface_hub}.
 *
 * @param endpoint {@code HF_ENDPOINT}, without a slash at its end
 * @param cache {@code HF_HUB_CACHE}, or its older name {@code HUGGINGFACE_HUB_CACHE}, or {@code hub} in {@code HF_HOME}
 * @param token {@code HF_TOKEN}, or the content of the file {@code HF_TOKEN_PATH}, or of {@code token} in {@code HF_HOME}; a
 *     secret
 * @param offline {@code HF_HUB_OFFLINE} or {@code TRANSFORMERS_OFFLINE}
 * @param timeout the longest wait for a response, and for each further piece of its body
 * @param retryDelay the pause before the first retry; it doubles with each further one
 * @param proxies {@code HTTPS_PROXY} and the similar variables
 */
public record HubSettings(
        URI endpoint,
        Path cache,
        Optional<String> token,
        boolean offline,
        Duration timeout,
        Duration retryDelay,
        Proxies proxies) {
    private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

    /**
     * Reads the settings of an environment.
     *
     * @param home the user's home folder, for defaults
     * @throws IllegalArgumentException if {@code HF_ENDPOINT} is not a URL, or holds a user or a password
     */
    public static HubSettings of(Map<String, String> environment, Path home) {
        Path caches = path(environment, "XDG_CACHE_HOME", home).orElse(home.resolve(".cache"));
        Path hfHome = path(environment, "HF_HOME", home).orElse(caches.resolve("huggingface"));
        Path cache = path(environment, "HF_HUB_CACHE", home)
                .or(() -> path(environment, "HUGGINGFACE_HUB_CACHE", home))
                .orElse(hfHome.resolve("hub"));
        Path tokenFile = path(environment, "HF_TOKEN_PATH", home).orElse(hfHome.resolve("token"));
        return new HubSettings(
                endpoint(text(environment, "HF_ENDPOINT").orElse("https://huggingface.co")),
                cache,
                text(environment, "HF_TOKEN")
                        .or(() -> text(environment, "HUGGING_FACE_HUB_TOKEN"))
                        .or(() -> read(tokenFile)),
                isTrue(environment, "HF_HUB_OFFLINE") || isTrue(environment, "TRANSFORMERS_OFFLINE"),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Proxies.of(environment));
    }

    private static URI endpoint(String text) {
        URI endpoint = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (endpoint.getHost() == null || !Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()))) {
            throw new IllegalArgumentException("HF_ENDPOINT must be a URL such as https://host, was '"
                    + text.replaceFirst("//[^/]*@", "//") + "'");
        }
        if (endpoint.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "HF_ENDPOINT must hold no user and no password, which stand in every message; use HF_TOKEN");
        }
        return endpoint;
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static boolean isTrue(Map<String, String> environment, String name) {
        return text(environment, name)
                .filter(text -> TRUE.contains(text.toLowerCase(Locale.ROOT)))
                .isPresent();
    }

    private static Optional<Path> path(Map<String, String> environment, String name, Path home) {
        return text(environment, name)
                .map(text -> text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text))
                .map(Path::toAbsolutePath);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** Returns the endpoint, the cache and the offline mode. The token must not appear in logs. */
    @Override
    public String toString() {
        return endpoint + ", cache " + cache + (offline ? ", offline" : "");
    }
}
