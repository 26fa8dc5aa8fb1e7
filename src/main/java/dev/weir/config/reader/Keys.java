package dev.weir.config.reader;

import dev.weir.Suggestion;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of one mapping that readers have requested; all other keys are unknown. */
final class Keys {
    private final Set<String> known = new LinkedHashSet<>();

    void request(String key) {
        known.add(key);
    }

    /** Returns the remedy for an unknown key. */
    String remedy(String key, @Nullable Keys outer) {
        if (outer != null && outer.known.contains(key)) {
            return "write it one level up, at the component";
        }
        String keys = known.stream().sorted().collect(Collectors.joining(", "));
        return Suggestion.remedy(key, known, "the keys here are " + keys);
    }

    boolean isUnknown(String key) {
        return !known.contains(key);
    }
}
