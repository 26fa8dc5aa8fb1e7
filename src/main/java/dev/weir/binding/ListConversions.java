package dev.weir.binding;

import dev.weir.binding.Conversions.Conversion;
import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import dev.weir.json.PathStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conversions to lists and mappings. A text that contains a list or a mapping as JSON counts as that value. */
final class ListConversions {
    private ListConversions() {}

    /** {@code list}: the list, or a list with the value. */
    static List<?> list(Object value) {
        return value instanceof String text
                        && text.stripLeading().startsWith("[")
                        && parsed(text) instanceof List<?> list
                ? list
                : value instanceof List<?> list ? list : List.of(value);
    }

    /** {@code type[]}: a list with each element converted. A single value becomes a list of one element. */
    static Conversion each(Conversion element) {
        return value -> {
            List<?> list = list(value);
            List<@Nullable Object> converted = new ArrayList<>(list.size());
            for (Object each : list) {
                converted.add(each == null ? null : element.apply(each));
            }
            return Collections.unmodifiableList(converted);
        };
    }

    /** {@code object/a,b.c}: a mapping with these fields, or with all. */
    static Conversion object(ValueType type) {
        Map<String, List<PathStep>> fields = fields(type);
        return value -> {
            Map<?, ?> picked = picked(value, fields);
            if (picked == null) {
                throw new IllegalArgumentException();
            }
            return picked;
        };
    }

    /** {@code object[]/a,b.c}: a list of mappings with these fields, or with all. */
    static Conversion objects(ValueType type) {
        Map<String, List<PathStep>> fields = fields(type);
        return value -> {
            Object list = value instanceof String text ? parsed(text) : value;
            if (!(list instanceof List<?> elements)) {
                throw new IllegalArgumentException();
            }
            List<@Nullable Object> objects = new ArrayList<>(elements.size());
            for (Object element : elements) {
                Map<?, ?> picked = element == null ? null : picked(element, fields);
                if (element != null && picked == null) {
                    throw new IllegalArgumentException("element " + objects.size() + " is not a mapping");
                }
                objects.add(picked);
            }
            return Collections.unmodifiableList(objects);
        };
    }

    private static Map<String, List<PathStep>> fields(ValueType type) {
        Map<String, List<PathStep>> fields = new LinkedHashMap<>();
        for (String field : type.options()) {
            String[] segments = field.split("\\.", -1);
            List<PathStep> path = new ArrayList<>();
            for (String segment : segments) {
                path.add(new PathStep.Key(segment));
            }
            fields.put(segments[segments.length - 1], List.copyOf(path));
        }
        return fields;
    }

    /** Returns the fields of a mapping; null if the value is none. */
    private static @Nullable Map<?, ?> picked(Object value, Map<String, List<PathStep>> fields) {
        Object object = value instanceof Map ? value : Conversions.json(value);
        if (!(object instanceof Map<?, ?> map)) {
            return null;
        }
        if (fields.isEmpty()) {
            return map;
        }
        Map<String, @Nullable Object> picked = new LinkedHashMap<>();
        fields.forEach((key, path) -> picked.put(key, PathStep.follow(map, path)));
        return picked;
    }

    /** Returns the value that a text contains as JSON; the text itself if it contains none. */
    private static @Nullable Object parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonSyntaxException e) {
            return text;
        }
    }
}
