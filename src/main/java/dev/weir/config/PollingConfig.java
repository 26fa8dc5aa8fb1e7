package dev.weir.config;

import dev.weir.binding.Template;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks again and again until the answer to an HTTP call is ready. Exactly one of {@code endpoint} and {@code path} is there.
 * Templates see the first call's answer as {@code response}, and {@code status} the polled one as {@code result}.
 *
 * @param status renders to the state that a polled answer tells; null for the HTTP status
 * @param successWhen states that mean it is ready, as text; HTTP statuses also as {@code 2xx} or {@code 200-204}
 * @param failWhen states that mean it has failed, as text
 */
public record PollingConfig(
        String method,
        @Nullable Template endpoint,
        @Nullable Template path,
        Map<String, Template> headers,
        @Nullable Template params,
        @Nullable Template body,
        @Nullable Template status,
        List<String> successWhen,
        List<String> failWhen,
        Duration interval,
        Optional<Duration> timeout) {

    public PollingConfig {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        successWhen = List.copyOf(successWhen);
        failWhen = List.copyOf(failWhen);
    }
}
