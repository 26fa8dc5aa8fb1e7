package dev.weir.jinja;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps} writes it, with the same white space and numbers.
 *
 * @param indent the text of one level of indentation; null for a single line
 */
record JsonText(boolean ascii, @Nullable String indent, String itemSeparator, String keySeparator, boolean sorted) {

    /** Applies the filter {@code tojson} with the defaults of transformers. */
    static String of(@Nullable Object value, Arguments arguments) {
        Budget budget = arguments.budget();
        Object indent = arguments.get(1, "indent", null);
        Object given = arguments.get(2, "separators", null);
        List<@Nullable Object> separators =
                given == null ? List.of(indent == null ? ", " : ",", ": ") : Operators.items(given, budget);
        if (separators.size() != 2) {
            throw JinjaException.type("separators must be two texts, are " + separators.size());
        }
        JsonText json = new JsonText(
                arguments.flag(0, "ensure_ascii", false),
                indent == null ? null : indent(indent, arguments),
                PythonText.of(separators.get(0), budget),
                PythonText.of(separators.get(1), budget),
                arguments.flag(3, "sort_keys", false));
        TextBuffer text = new TextBuffer(budget);
        json.append(value, "\n", text);
        return text.toString();
    }

    private static String indent(Object indent, Arguments arguments) {
        return indent instanceof String text
                ? text
                : new TextBuffer(arguments.budget())
                        .repeat(" ", arguments.whole(1, "indent", 0))
                        .toString();
    }

    private void append(@Nullable Object value, String lineBreak, TextBuffer text) {
        if (value == null || value instanceof Boolean || value instanceof Long) {
            text.append(String.valueOf(value));
        } else if (value instanceof String string) {
            quote(string, text);
        } else if (value instanceof Double number) {
            text.append(number(number));
        } else if (value instanceof List<?> list) {
            text.budget().enter();
            appendList(list, lineBreak, text);
            text.budget().leave();
        } else if (value instanceof Map<?, ?> map) {
            text.budget().enter();
            appendMap(map, lineBreak, text);
            text.budget().leave();
        } else {
            throw JinjaException.type("Object of type " + PythonText.kind(value) + " is not JSON serializable");
        }
    }

    private static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        return Double.isInfinite(number) ? (number > 0 ? "Infinity" : "-Infinity") : PythonText.number(number);
    }

    private void appendList(List<?> list, String lineBreak, TextBuffer text) {
        if (list.isEmpty()) {
            text.append("[]");
            return;
        }
        text.append('[');
        String inner = deeper(lineBreak, text.budget());
        boolean first = true;
        for (Object element : list) {
            separate(first, inner, text);
            first = false;
            append(element, inner, text);
        }
        end(lineBreak, text).append(']');
    }

    private void appendMap(Map<?, ?> map, String lineBreak, TextBuffer text) {
        if (map.isEmpty()) {
            text.append("{}");
            return;
        }
        text.append('{');
        String inner = deeper(lineBreak, text.budget());
        boolean first = true;
        for (Map.Entry<?, ?> entry : sorted ? sorted(map, text.budget()).entrySet() : map.entrySet()) {
            separate(first, inner, text);
            first = false;
            quote(key(entry.getKey()), text);
            text.append(keySeparator);
            append(entry.getValue(), inner, text);
        }
        end(lineBreak, text).append('}');
    }

    private String deeper(String lineBreak, Budget budget) {
        if (indent == null) {
            return lineBreak;
        }
        budget.text((long) lineBreak.length() + indent.length());
        return lineBreak + indent;
    }

    private static Map<Object, Object> sorted(Map<?, ?> map, Budget budget) {
        budget.list(map.size());
        Map<Object, Object> sorted = new TreeMap<>((a, b) -> Operators.compare(a, b, budget));
        sorted.putAll(map);
        return sorted;
    }

    private static String key(@Nullable Object key) {
        if (key instanceof String text) {
            return text;
        }
        if (key == null || key instanceof Boolean || key instanceof Long) {
            return String.valueOf(key);
        }
        if (key instanceof Double number) {
            return number(number);
        }
        throw JinjaException.type("keys must be str, int, float, bool or None, not " + PythonText.kind(key));
    }

    private void separate(boolean first, String lineBreak, TextBuffer text) {
        text.append(first ? "" : itemSeparator).append(indent == null ? "" : lineBreak);
    }

    private TextBuffer end(String lineBreak, TextBuffer text) {
        return text.append(indent == null ? "" : lineBreak);
    }

    private void quote(String string, TextBuffer text) {
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
