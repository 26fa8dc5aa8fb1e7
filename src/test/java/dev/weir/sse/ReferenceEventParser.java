package dev.weir.sse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The standard's algorithm for a whole stream, in plain code, to check Weir's output independently. */
public final class ReferenceEventParser {
    /**
     * One event.
     *
     * @param id the last id of the stream so far; empty for none
     */
    public record Event(String type, String data, String id) {
        /** An event of a stream without ids. */
        public Event(String type, String data) {
            this(type, data, "");
        }
    }

    private ReferenceEventParser() {}

    public static List<Event> parse(byte[] stream) {
        String text = new String(stream, StandardCharsets.UTF_8);
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        List<Event> events = new ArrayList<>();
        String type = "";
        String id = "";
        StringBuilder data = new StringBuilder();
        String[] lines = text.split("\r\n|\r|\n", -1);
        // Text after the last line break is not a line, and an event without its empty line is not an event.
        for (String line : Arrays.copyOf(lines, lines.length - 1)) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(new Event(type.isEmpty() ? "message" : type, data.substring(0, data.length() - 1), id));
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
                } else if (field.equals("id") && value.indexOf('\0') < 0) {
                    id = value;
                }
            }
        }
        return events;
    }

    public static List<Event> parse(String stream) {
        return parse(stream.getBytes(StandardCharsets.UTF_8));
    }

    /** The data of all events, joined. */
    public static String joined(byte[] stream) {
        StringBuilder text = new StringBuilder();
        parse(stream).forEach(event -> text.append(event.data()));
        return text.toString();
    }
}
