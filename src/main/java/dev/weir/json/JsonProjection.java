package dev.weir.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads only the values that given paths lead to, and skips the rest of a JSON text. Immutable and thread-safe.
 *
 * <p>Each path gives the same value as in the whole text: null where the path leads nowhere. Malformed text is refused as
 * {@link Json#parse(String)} refuses it: that method reads each text that {@link JsonScanner} cannot decide.
 */
public final class JsonProjection {
    private static final JsonProjection EVERYTHING = new JsonProjection(null, List.of());

    private final @Nullable Branch root;
    private final List<List<PathStep>> paths;

    private JsonProjection(@Nullable Branch root, List<List<PathStep>> paths) {
        this.root = root;
        this.paths = paths;
    }

    /** Returns a projection that reads everything. */
    public static JsonProjection everything() {
        return EVERYTHING;
    }

    /** Returns a projection that reads the values of these paths. */
    public static JsonProjection of(List<List<PathStep>> paths) {
        Branch root = new Branch();
        paths.forEach(path -> root.add(path, 0));
        return root.whole ? EVERYTHING : new JsonProjection(root, List.copyOf(paths));
    }

    /** Returns a projection that also reads the values of these paths. */
    public JsonProjection and(List<List<PathStep>> further) {
        if (root == null) {
            return this;
        }
        List<List<PathStep>> all = new ArrayList<>(paths);
        all.addAll(further);
        return of(all);
    }

    /**
     * Returns the value of {@code json} with at least the parts that the paths need.
     *
     * @throws JsonSyntaxException if the text is not exactly one JSON value
     */
    public @Nullable Object read(String json) {
        if (root == null) {
            return Json.parse(json);
        }
        try {
            return new JsonScanner(json).document(root);
        } catch (JsonScanner.UnsureException e) {
            return Json.parse(json);
        }
    }

    /** The needed part of a value: all of it, or some of its members or elements. */
    static final class Branch {
        private boolean whole;
        private final List<String> keys = new ArrayList<>();
        private final List<Branch> members = new ArrayList<>();
        private final List<Integer> positions = new ArrayList<>();
        private final List<Branch> elements = new ArrayList<>();
        /**
         * The needed part of every element: for wildcards and slices, and for negative positions, which depend on the
         * number of elements.
         */
        private @Nullable Branch every;

        private void add(List<PathStep> path, int from) {
            if (from == path.size()) {
                whole = true;
            } else if (path.get(from) instanceof PathStep.Key key) {
                branch(keys, members, key.name()).add(path, from + 1);
            } else if (path.get(from) instanceof PathStep.Index index && index.index() >= 0) {
                branch(positions, elements, index.index()).add(path, from + 1);
            } else {
                every = Objects.requireNonNullElseGet(every, Branch::new);
                // The steps behind a slice apply to the list that it gives, whose positions are others.
                every.add(path, path.get(from) instanceof PathStep.Slice ? path.size() : from + 1);
            }
        }

        private static <T> Branch branch(List<T> names, List<Branch> branches, T name) {
            int known = names.indexOf(name);
            if (known >= 0) {
                return branches.get(known);
            }
            names.add(name);
            branches.add(new Branch());
            return branches.get(names.size() - 1);
        }

        boolean isWhole() {
            return whole;
        }

        boolean hasMembers() {
            return !keys.isEmpty();
        }

        boolean hasElements() {
            return every != null || !positions.isEmpty();
        }

        /** The number of keys. */
        int size() {
            return keys.size();
        }

        String key(int index) {
            return keys.get(index);
        }

        Branch member(int index) {
            return members.get(index);
        }

        /**
         * Returns the needed part of the element at a position, null for nothing. It is all if {@code every} and a position
         * apply.
         */
        @Nullable
        Branch element(int position) {
            int known = positions.indexOf(position);
            if (known < 0) {
                return every;
            }
            return every == null ? elements.get(known) : WHOLE;
        }
    }

    static final Branch WHOLE = whole();

    private static Branch whole() {
        Branch branch = new Branch();
        branch.whole = true;
        return branch;
    }
}
