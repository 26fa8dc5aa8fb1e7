package dev.weir.jinja;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one rendering may use. A template comes from strangers; none that is honest comes near. */
final class Budget {
    /** Characters of the output, and of any one text. */
    static final int MAX_CHARACTERS = 8 << 20;
    /** Elements of any one list or mapping. */
    static final int MAX_ELEMENTS = 100_000;

    static final Duration MAX_TIME = Duration.ofSeconds(10);
    private static final int STEPS_BETWEEN_LOOKS = 128;
    private static final int MAX_DEPTH = 200;

    private final Duration time;
    private final long begun = System.nanoTime();
    private int steps;
    private int depth;

    Budget(Duration time) {
        this.time = time;
    }

    /** Counts one statement or call. */
    void step() {
        if (++steps % STEPS_BETWEEN_LOOKS == 0 && System.nanoTime() - begun > time.toNanos()) {
            throw new JinjaException("it takes longer than " + time.toMillis() + " ms");
        }
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new JinjaException("macros call each other more than " + MAX_DEPTH + " deep");
        }
    }

    void leave() {
        depth--;
    }

    /** {@code value}, unless it is too large. */
    static @Nullable Object checked(@Nullable Object value) {
        if (value instanceof String text) {
            checkCharacters(text.length());
        } else if (value instanceof Collection<?> list) {
            checkElements(list.size());
        } else if (value instanceof Map<?, ?> map) {
            checkElements(map.size());
        }
        return value;
    }

    static void checkCharacters(long count) {
        if (count > MAX_CHARACTERS) {
            throw new JinjaException("its text is longer than " + MAX_CHARACTERS + " characters");
        }
    }

    static void checkElements(long count) {
        if (count > MAX_ELEMENTS) {
            throw new JinjaException("a list is longer than " + MAX_ELEMENTS + " elements");
        }
    }
}
