package dev.weir.runtime;

import dev.weir.config.Durations;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the configuration: the {@code weir.*} keys of MicroProfile Config (system property, environment
 * variable, {@code microprofile-config.properties}), read when asked. The README lists them.
 */
@ApplicationScoped
public class Settings {

    /** The configuration files of {@code weir.config}, in order; empty for the packaged demonstration. */
    public List<String> configurationFiles() {
        return text("weir.config").stream()
                .flatMap(files -> Stream.of(files.split(",")))
                .map(String::strip)
                .filter(file -> !file.isEmpty())
                .toList();
    }

    /** {@code weir.runs.max}: the most runs at work at any time, each with a thread of its own. */
    public int maxRuns() {
        return positive("weir.runs.max", 2048);
    }

    /** {@code weir.stream.capacity}: the most chunks that wait in a stream. */
    public int streamCapacity() {
        return positive("weir.stream.capacity", 64);
    }

    /** {@code weir.http.max-body}, bytes: the largest request body. */
    public int maxBodyBytes() {
        return positive("weir.http.max-body", 10 * 1024 * 1024);
    }

    /** {@code weir.http.max-event}, bytes: the largest event or line of an upstream's stream. */
    public int maxEventBytes() {
        return positive("weir.http.max-event", 4 * 1024 * 1024);
    }

    /** {@code weir.http.max-answer}, bytes: the largest answer of an upstream that is taken as a whole. */
    public int maxAnswerBytes() {
        return positive("weir.http.max-answer", 64 * 1024 * 1024);
    }

    /** {@code weir.sse.heartbeat}: the silence after which a comment line is sent; zero for never. */
    public Duration heartbeat() {
        return duration("weir.sse.heartbeat", Duration.ofSeconds(15));
    }

    /** {@code weir.model.load-timeout}: the longest a run waits for a model that still loads. */
    public Duration modelLoadTimeout() {
        return duration("weir.model.load-timeout", Duration.ofMinutes(5));
    }

    /** {@code weir.model.max-batch}: the most sequences of a model that are decoded side by side. */
    public int maxBatch() {
        return positive("weir.model.max-batch", 8);
    }

    /** {@code weir.model.queue}: the most requests that wait for a place among those. */
    public int maxWaitingGenerations() {
        return positive("weir.model.queue", 256);
    }

    /** {@code weir.model.threads}: the threads of one model step; by default as many as processors. */
    public int modelThreads() {
        return positive("weir.model.threads", Runtime.getRuntime().availableProcessors());
    }

    private static int positive(String key, int absent) {
        Optional<String> text = text(key);
        try {
            int value = text.map(Integer::parseInt).orElse(absent);
            if (value >= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw wrong(key, "a whole number of at least 1", text, e);
        }
        throw wrong(key, "a whole number of at least 1", text, null);
    }

    private static Duration duration(String key, Duration absent) {
        Optional<String> text = text(key);
        return text.isEmpty()
                ? absent
                : Durations.parse(text.get())
                        .orElseThrow(() -> wrong(key, "a duration such as 500ms, 15s or 2m", text, null));
    }

    private static IllegalStateException wrong(
            String key, String wanted, Optional<String> text, @Nullable Exception cause) {
        return new IllegalStateException(
                "setting " + key + " must be " + wanted + ", was '" + text.orElse("") + "'", cause);
    }

    private static Optional<String> text(String key) {
        Config config = ConfigProvider.getConfig();
        return config.getOptionalValue(key, String.class).map(String::strip).filter(value -> !value.isEmpty());
    }
}
