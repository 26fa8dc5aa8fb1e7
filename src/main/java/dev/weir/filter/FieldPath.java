package dev.weir.filter;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The keys and places that lead to the fields of a stream's objects. */
final class FieldPath {
    /** What describes a chunk, and does not go on in the next: it is the same there, or another. */
    private static final Set<String> ABOUT_THE_CHUNK = Set.of(
            "id",
            "object",
            "type",
            "event",
            "role",
            "model",
            "name",
            "status",
            "created",
            "done_reason",
            "finish_reason",
            "stop_reason",
            "stop_sequence",
            "service_tier",
            "system_fingerprint",
            "modelVersion");

    private final Map<Object, FieldPath> under = new HashMap<>();
    private final FieldPath root;
    private @Nullable Field field;
    /** Of the root: how many others there are. */
    private int size;

    /** The path that leads nowhere yet. */
    FieldPath() {
        root = this;
    }

    private FieldPath(FieldPath root) {
        this.root = root;
        root.size++;
    }

    /** Whether a text of that key is whole by itself. */
    static boolean isAboutTheChunk(Object key) {
        return key instanceof String name
                && (ABOUT_THE_CHUNK.contains(name)
                        || name.endsWith("_id")
                        || name.endsWith("Id")
                        || name.endsWith("_at"));
    }

    FieldPath under(Object step) {
        return under.computeIfAbsent(step, any -> new FieldPath(root));
    }

    Field field(Object key, Supplier<Field> made) {
        FieldPath path = under(key);
        if (path.field == null) {
            path.field = made.get();
        }
        return path.field;
    }

    /** How many paths lead on from this one, the root. */
    int size() {
        return size;
    }

    /** Forgets all paths that lead on from this one, the root. */
    void clear() {
        under.clear();
        size = 0;
    }
}
