package dev.weir.tokenizer;

import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one value of a {@code tokenizer.json}: maps, lists, texts, {@code Long}, {@code Double}, flags and null. Limits the depth
 * and the number of values. Refuses an object with a duplicate key, because readers differ in the one that they use.
 */
final class JsonTree {
    private static final int DEEPEST = 32;
    private static final int MOST_VALUES = 200_000;
    /** The most characters of a text; the longest text is a character map in base64. */
    private static final int LONGEST_TEXT = 16 << 20;

    private final JsonParser parser;
    private int values;

    private JsonTree(JsonParser parser) {
        this.parser = parser;
    }

    /** Returns the value that begins with {@code event}, the parser's last event. */
    static @Nullable Object read(JsonParser parser, Event event, Place place) {
        return new JsonTree(parser).value(event, place, 0);
    }

    private @Nullable Object value(Event event, Place place, int depth) {
        place.require(depth <= DEEPEST, "is nested too deeply (at most " + DEEPEST + " levels)");
        place.require(++values <= MOST_VALUES, "holds too many values (at most " + MOST_VALUES + ")");
        return switch (event) {
            case START_OBJECT -> object(place, depth);
            case START_ARRAY -> list(place, depth);
            case VALUE_STRING -> text(place);
            case VALUE_NUMBER -> number(place);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw place.refused("is not a JSON value");
        };
    }

    private String text(Place place) {
        String text = parser.getString();
        place.require(text.length() <= LONGEST_TEXT, "is too long (at most " + LONGEST_TEXT + " characters)");
        return text;
    }

    private Number number(Place place) {
        String digits = parser.getString();
        place.require(digits.length() <= 40, "is a number of " + digits.length() + " characters (at most 40)");
        try {
            return parser.isIntegralNumber() ? (Number) Long.valueOf(digits) : Double.valueOf(digits);
        } catch (NumberFormatException e) {
            throw place.refused("is a number out of range: " + digits);
        }
    }

    private Map<String, @Nullable Object> object(Place place, int depth) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (Event event = parser.next(); event != Event.END_OBJECT; event = parser.next()) {
            String key = parser.getString();
            Place inner = place.at(key);
            inner.require(!object.containsKey(key), "stands twice");
            object.put(key, value(parser.next(), inner, depth + 1));
        }
        return object;
    }

    private List<@Nullable Object> list(Place place, int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
            list.add(value(event, place.at(list.size()), depth + 1));
        }
        return list;
    }
}
