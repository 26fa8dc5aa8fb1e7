package dev.weir.runtime;

import java.util.Map;
import java.util.Optional;

/** Settings with the values of a test. */
public final class TestSettings {
    private TestSettings() {}

    /** Settings with these values, by their keys; other settings have their defaults. */
    public static Settings of(Map<String, String> values) {
        Settings settings = new Settings(key -> Optional.ofNullable(values.get(key)));
        settings.read();
        return settings;
    }
}
