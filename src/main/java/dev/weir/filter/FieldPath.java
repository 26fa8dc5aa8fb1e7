package dev.weir.filter;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A path of keys and positions to the fields of a stream's objects. */
final class FieldPath {
    /** The keys that describe a chunk: their texts do not continue in the next chunk. */
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
    /** The number of paths below this one; only in the root. */
    private int size;

    /** Makes a root: the empty path. */
    FieldPath() {
        root = this;
    }

    private FieldPath(FieldPath root) {
        this.root = root;
        root.size++;
    }

    /** Whether the text of this key is complete in one chunk. */
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

    /** The number of paths below this one. Only for the root. */
    int size() {
        return size;
    }

    /** Removes all paths below this one. Only for the root. */
    void clear() {
        under.clear();
        size = 0;
    }
}
