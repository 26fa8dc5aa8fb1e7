package dev.weir.jinja;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps} writes it, with its blanks and its numbers.
 *
 * @param indent what one level is indented by; null for one line
 */
record JsonText(boolean ascii, @Nullable String indent, String itemSeparator, String keySeparator, boolean sorted) {

    /** The filter {@code tojson} with the defaults of transformers. */
    static String of(@Nullable Object value, Arguments arguments) {
        Object indent = arguments.get(1, "indent", null);
        List<@Nullable Object> separators = Operators.elements(
                arguments.get(2, "separators", null) == null
                        ? List.of(indent == null ? ", " : ",", ": ")
                        : arguments.get(2, "separators", null));
        JsonText json = new JsonText(
                arguments.flag(0, "ensure_ascii", false),
                indent == null
                        ? null
                        : indent instanceof String text ? text : " ".repeat(arguments.whole(1, "indent", 0)),
                PythonText.of(separators.get(0)),
                PythonText.of(separators.get(1)),
                arguments.flag(3, "sort_keys", false));
        StringBuilder text = new StringBuilder();
        json.append(value, "\n", text);
        return text.toString();
    }

    private void append(@Nullable Object value, String lineBreak, StringBuilder text) {
        Budget.checkCharacters(text.length());
        if (value == null || value instanceof Boolean || value instanceof Long) {
            text.append(value);
        } else if (value instanceof String string) {
            quote(string, text);
        } else if (value instanceof Double number) {
            text.append(
                    Double.isNaN(number)
                            ? "NaN"
                            : Double.isInfinite(number)
                                    ? (number > 0 ? "Infinity" : "-Infinity")
                                    : PythonText.number(number));
        } else if (value instanceof List<?> list) {
            appendList(list, lineBreak, text);
        } else if (value instanceof Map<?, ?> map) {
            appendMap(map, lineBreak, text);
        } else {
            throw JinjaException.type("Object of type " + PythonText.kind(value) + " is not JSON serializable");
        }
    }

    private void appendList(List<?> list, String lineBreak, StringBuilder text) {
        if (list.isEmpty()) {
            text.append("[]");
            return;
        }
        text.append('[');
        String inner = lineBreak + indent;
        boolean first = true;
        for (Object element : list) {
            separate(first, inner, text);
            first = false;
            append(element, inner, text);
        }
        end(lineBreak, text).append(']');
    }

    private void appendMap(Map<?, ?> map, String lineBreak, StringBuilder text) {
        if (map.isEmpty()) {
            text.append("{}");
            return;
        }
        text.append('{');
        String inner = lineBreak + indent;
        boolean first = true;
        for (Map.Entry<?, ?> entry : sorted ? sorted(map).entrySet() : map.entrySet()) {
            separate(first, inner, text);
            first = false;
            quote(key(entry.getKey()), text);
            text.append(keySeparator);
            append(entry.getValue(), inner, text);
        }
        end(lineBreak, text).append('}');
    }

    private static Map<Object, Object> sorted(Map<?, ?> map) {
        Map<Object, Object> sorted = new TreeMap<>(Operators::compare);
        sorted.putAll(map);
        return sorted;
    }

    private static String key(@Nullable Object key) {
        return key == null ? "null" : key instanceof Boolean ? key.toString() : PythonText.of(key);
    }

    private void separate(boolean first, String lineBreak, StringBuilder text) {
        text.append(first ? "" : itemSeparator).append(indent == null ? "" : lineBreak);
    }

    private StringBuilder end(String lineBreak, StringBuilder text) {
        return text.append(indent == null ? "" : lineBreak);
    }

    private void quote(String string, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            int named = "\"\\\n\r\t\b\f".indexOf(c);
            if (named >= 0) {
                text.append('\\').append("\"\\nrtbf".charAt(named));
            } else if (c < ' ' || (ascii && c > '~')) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
