package dev.weir.runtime;

import java.util.Map;
import java.util.Optional;

/** Settings whose values a test gives. */
public final class TestSettings {
    private TestSettings() {}

    /** Settings with some values, by their keys; the others have their defaults. */
    public static Settings of(Map<String, String> values) {
        Settings settings = new Settings(key -> Optional.ofNullable(values.get(key)));
        settings.read();
        return settings;
    }
}
