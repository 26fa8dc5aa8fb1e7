package dev.weir.sse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The standard's algorithm for a whole stream, written down plainly, to check what we send by another's reading of it. */
public final class ReferenceEventParser {
    public record Event(String type, String data) {}

    private ReferenceEventParser() {}

    public static List<Event> parse(byte[] stream) {
        String text = new String(stream, StandardCharsets.UTF_8);
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        List<Event> events = new ArrayList<>();
        String type = "";
        StringBuilder data = new StringBuilder();
        List<String> lines = List.of(text.split("\r\n|\r|\n", -1));
        // What no line end follows is no line.
        for (String line : lines.subList(0, lines.size() - 1)) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(new Event(type.isEmpty() ? "message" : type, data.substring(0, data.length() - 1)));
                }
                type = "";
                data.setLength(0);
            } else if (!line.startsWith(":")) {
                int colon = line.indexOf(':');
                String field = colon < 0 ? line : line.substring(0, colon);
                String value = colon < 0 ? "" : line.substring(colon + 1);
                if (value.startsWith(" ")) {
                    value = value.substring(1);
                }
                if (field.equals("data")) {
                    data.append(value).append('\n');
                } else if (field.equals("event")) {
                    type = value;
                }
            }
        }
        return events;
    }

    /** The data of all events, joined. */
    public static String joined(byte[] stream) {
        StringBuilder text = new StringBuilder();
        parse(stream).forEach(event -> text.append(event.data()));
        return text.toString();
    }
}
