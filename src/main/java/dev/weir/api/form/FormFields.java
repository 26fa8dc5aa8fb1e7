package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the fields of a form into the members of a run request. {@code input[a][b]} is a key of a mapping, {@code input[a][]}
 * the next element of a list, {@code input} the whole input. Unknown fields are ignored, as in JSON. Not thread-safe.
 *
 * <p>The number of fields and the depth of names are limited; a form above the limits is {@link ErrorCode#MALFORMED_REQUEST}.
 */
final class FormFields {
    static final int MAX_FIELDS = 1000;
    static final int MAX_DEPTH = 16;

    private static final String INPUT = "input";
    private static final Set<String> MEMBERS = Set.of("workflow_id", INPUT, "wait_for_completion", "output_only");
    private static final int LONGEST_SHOWN = 80;

    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> input = new LinkedHashMap<>();
    private int count;
    private int files;

    /** The number of files that were added. */
    int files() {
        return files;
    }

    /**
     * Adds a field.
     *
     * @param value a text, or a plain value
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if the name is malformed, repeated or one too many
     */
    void add(String name, @Nullable Object value) {
        if (++count > MAX_FIELDS) {
            throw malformed("the form has too many fields (at most " + MAX_FIELDS + ")");
        }
        if (name.startsWith(INPUT + "[")) {
            List<String> path = path(name);
            put(input, path, value, name);
        } else if (MEMBERS.contains(name)) {
            once(members, name, member(name, value), name);
        }
    }

    /**
     * Adds a file. A file with a key also gets its name and its type as fields: {@code photo}, {@code photo.filename},
     * {@code photo.content_type}.
     */
    void addFile(String name, String fileName, String contentType, Object content) {
        files++;
        if (name.equals(INPUT)) {
            throw malformed("a file needs a key, such as input[file], or the content type application/json");
        }
        add(name, content);
        if (name.startsWith(INPUT + "[") && !name.endsWith("[]")) {
            String key = name.substring(0, name.length() - 1);
            add(key + ".filename]", fileName);
            add(key + ".content_type]", contentType);
        }
    }

    /** The members of the run request. */
    Map<String, @Nullable Object> members() {
        if (input.isEmpty()) {
            return members;
        }
        Object whole = members.get(INPUT);
        if (whole != null && !(whole instanceof Map)) {
            throw malformed("input is a value in one field, and a mapping in another");
        }
        Map<String, @Nullable Object> merged = new LinkedHashMap<>();
        if (whole instanceof Map<?, ?> map) {
            map.forEach((key, value) -> merged.put(String.valueOf(key), value));
        }
        input.forEach((key, value) -> once(merged, key, value, INPUT + "[" + key + "]"));
        members.put(INPUT, merged);
        return members;
    }

    /** Converts the text of a member: flags as forms and Python clients write them. An empty id counts as absent. */
    private static @Nullable Object member(String name, @Nullable Object value) {
        if (!(value instanceof String text)) {
            return value;
        }
        return switch (name) {
            case "workflow_id" -> text.isEmpty() ? null : text;
            case "wait_for_completion", "output_only" -> flag(text);
            default -> text;
        };
    }

    /** The flag that {@code text} means in forms and queries, or {@code text} itself. */
    static Object flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> text;
        };
    }

    /** The keys of {@code input[a][b]}. An empty key is the last one and means the next element of a list. */
    private static List<String> path(String name) {
        List<String> path = new ArrayList<>();
        int at = INPUT.length();
        while (at < name.length()) {
            int end = name.indexOf(']', at);
            if (name.charAt(at) != '[' || end < 0 || name.lastIndexOf('[', end) != at) {
                throw malformed("the field name " + shown(name) + " is wrong at character " + (at + 1)
                        + ": names are of the form input[a][b], and input[a][] for a list");
            }
            String key = name.substring(at + 1, end);
            at = end + 1;
            if (key.isEmpty() && (at < name.length() || path.isEmpty())) {
                throw malformed("the field name " + shown(name) + " has [] elsewhere than at its end, after a key");
            }
            path.add(key);
            if (path.size() > MAX_DEPTH) {
                throw malformed(
                        "the field name " + shown(name) + " is nested too deeply (at most " + MAX_DEPTH + " keys)");
            }
        }
        return path;
    }

    private static void put(Map<String, @Nullable Object> map, List<String> path, @Nullable Object value, String name) {
        String key = path.get(0);
        if (path.size() == 1) {
            once(map, key, value, name);
        } else if (path.get(1).isEmpty()) {
            list(map, key, name).add(value);
        } else {
            put(mapping(map, key, name), path.subList(1, path.size()), value, name);
        }
    }

    private static Branch mapping(Map<String, @Nullable Object> map, String key, String name) {
        if (map.computeIfAbsent(key, absent -> new Branch()) instanceof Branch branch) {
            return branch;
        }
        throw malformed("the field " + shown(name) + " makes a mapping of what another field made something else");
    }

    private static Elements list(Map<String, @Nullable Object> map, String key, String name) {
        if (map.computeIfAbsent(key, absent -> new Elements()) instanceof Elements elements) {
            return elements;
        }
        throw malformed("the field " + shown(name) + " makes a list of what another field made something else");
    }

    private static void once(Map<String, @Nullable Object> map, String key, @Nullable Object value, String name) {
        if (map.containsKey(key)) {
            throw malformed("the field " + shown(name) + " is there twice: write a list as " + INPUT + "[key][]");
        }
        map.put(key, value);
    }

    private static String shown(String name) {
        return "'" + cut(name) + "'";
    }

    /** A name for a message. */
    static String cut(String name) {
        return Excerpt.of(name, LONGEST_SHOWN);
    }

    private static WeirException malformed(String detail) {
        return new WeirException(ErrorCode.MALFORMED_REQUEST, detail);
    }

    /** A mapping made by fields, which further fields may extend. A mapping that came as JSON cannot be extended. */
    private static final class Branch extends LinkedHashMap<String, @Nullable Object> {
        private static final long serialVersionUID = 1L;
    }

    /** A list made by fields, which further fields may extend. */
    private static final class Elements extends ArrayList<@Nullable Object> {
        private static final long serialVersionUID = 1L;
    }
}
