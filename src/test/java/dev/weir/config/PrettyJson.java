package dev.weir.config;

import dev.weir.json.Json;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;

/** Readable JSON: a value that fits is one line, otherwise one line for each member, two spaces a level. */
public final class PrettyJson {
    private static final int WIDTH = 110;

    private final StringBuilder json = new StringBuilder();

    private PrettyJson() {}

    public static String write(Object value) {
        PrettyJson pretty = new PrettyJson();
        pretty.write(value, "\n");
        return pretty.json.append('\n').toString();
    }

    private void write(Object value, String newLine) {
        boolean fits = newLine.length() + Json.write(value).length() < WIDTH;
        String separator = fits ? " " : newLine + "  ";
        if (value instanceof Map<?, ?> map) {
            elements('{', map.entrySet(), '}', separator, fits ? "" : newLine, entry -> {
                Json.write(entry.getKey(), json);
                json.append(": ");
                write(entry.getValue(), newLine + "  ");
            });
        } else if (value instanceof Collection<?> list) {
            elements('[', list, ']', separator, fits ? "" : newLine, element -> write(element, newLine + "  "));
        } else {
            Json.write(value, json);
        }
    }

    private <T> void elements(
            char open, Collection<T> elements, char close, String separator, String end, Consumer<T> writer) {
        json.append(open).append(end.isEmpty() ? "" : separator);
        Iterator<T> iterator = elements.iterator();
        while (iterator.hasNext()) {
            writer.accept(iterator.next());
            json.append(iterator.hasNext() ? "," + separator : "");
        }
        json.append(end).append(close);
    }
}
