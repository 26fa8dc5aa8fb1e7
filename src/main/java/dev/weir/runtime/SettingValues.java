package dev.weir.runtime;

import dev.weir.Durations;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads the values of keys. An invalid value becomes a problem and is replaced by its default. Used by the reading thread only.
 */
final class SettingValues {
    private static final int LARGEST = 999_999_999;
    /** The numbers up to {@link #LARGEST}. */
    private static final String NUMBER = "[0-9]{1,9}";

    private final Function<String, Optional<String>> source;
    private final Map<String, Object> defaults = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * Reads the keys from {@code source}.
     *
     * @param source gives the value of a key, if it has one
     */
    SettingValues(Function<String, Optional<String>> source) {
        this.source = source;
    }

    /** All keys that were read, with their defaults: a boolean, a number or a duration; an empty text for no default. */
    Map<String, Object> defaults() {
        return defaults;
    }

    /** The problems of the values, each with key, value and remedy. */
    List<String> problems() {
        return problems;
    }

    List<String> list(String key) {
        return text(key, "").stream()
                .flatMap(texts -> Stream.of(texts.split(",")))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    boolean flag(String key, boolean absent) {
        String text = text(key, absent).orElse(String.valueOf(absent));
        if (!text.matches("true|false")) {
            wrong(key, "true or false", text);
            return absent;
        }
        return text.equals("true");
    }

    int positive(String key, int absent) {
        return atLeast(1, key, absent);
    }

    int atLeast(int least, String key, int absent) {
        Optional<String> text = text(key, absent);
        if (text.isEmpty()) {
            return absent;
        }
        if (text.get().matches(NUMBER) && Integer.parseInt(text.get()) >= least) {
            return Integer.parseInt(text.get());
        }
        wrong(key, "a whole number from " + least + " to " + LARGEST, text.get());
        return absent;
    }

    Duration duration(String key, Duration absent) {
        Optional<String> text = text(key, absent);
        Optional<Duration> duration = text.flatMap(Durations::parse);
        if (text.isPresent() && duration.isEmpty()) {
            wrong(key, "a duration such as 500ms, 15s or 2m", text.get());
        }
        return duration.orElse(absent);
    }

    Duration aboveZero(String key, Duration absent) {
        Duration duration = duration(key, absent);
        if (duration.isZero()) {
            wrong(key, "a duration above zero", duration.toMillis() + "ms");
            return absent;
        }
        return duration;
    }

    Optional<Path> file(String key) {
        Optional<String> text = text(key, "");
        try {
            return text.map(Path::of);
        } catch (InvalidPathException e) {
            wrong(key, "the path of a file", text.orElse(""));
            return Optional.empty();
        }
    }

    private void wrong(String key, String wanted, String value) {
        problems.add("setting " + key + " must be " + wanted + ", was '" + value + "'");
    }

    private Optional<String> text(String key, Object absent) {
        defaults.put(key, absent);
        return source.apply(key).map(String::strip).filter(value -> !value.isEmpty());
    }
}
