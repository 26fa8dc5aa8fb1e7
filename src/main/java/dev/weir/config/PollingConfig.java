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
 * Polls until the result of an HTTP call is ready. Exactly one of {@code endpoint} and {@code path} is not null. Templates
 * see the first response as {@code response}. {@code status} also sees the polled response as {@code result}.
 *
 * @param status renders to the state in a polled response; null for the HTTP status
 * @param successWhen the states that mean success, as text; HTTP statuses also as {@code 2xx} or {@code 200-204}
 * @param failWhen the states that mean failure, as text
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
