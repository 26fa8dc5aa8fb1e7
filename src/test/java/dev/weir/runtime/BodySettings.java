package dev.weir.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Settings that bound request bodies. */
public final class BodySettings {
    private BodySettings() {}

    public static Settings of(int maxBody, int memory, Duration timeout) {
        Map<String, String> values = Map.of(
                "weir.http.max-body", Integer.toString(maxBody),
                "weir.http.body-memory", Integer.toString(memory),
                "weir.http.body-timeout", timeout.toMillis() + "ms");
        Settings settings = new Settings(key -> Optional.ofNullable(values.get(key)));
        settings.read();
        return settings;
    }
}
