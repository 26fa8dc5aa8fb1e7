package dev.weir.json;

import dev.weir.ErrorCode;
import dev.weir.Excerpt;
import dev.weir.WeirException;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonLocation;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParsingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds the value of one JSON text from the events of a streaming parser, without recursion. */
final class JsonReader {
    /** The deepest nesting of arrays and objects; deeper input is hostile. */
    static final int MAX_DEPTH = 500;

    private static final int LONGEST_KEY = 80;
    private static final int LONGEST_NUMBER = 40;

    private final Deque<Object> containers = new ArrayDeque<>();
    /** For each open container, its key in the enclosing object. */
    private final Deque<String> keys = new ArrayDeque<>();

    private String key = "";
    private @Nullable Object document;
    private @Nullable JsonLocation last;
    private final JsonLimits limits;
    private int values;

    JsonReader(JsonLimits limits) {
        this.limits = limits;
    }

    @Nullable
    Object read(Supplier<JsonParser> source) {
        try (JsonParser parser = source.get()) {
            while (parser.hasNext()) {
                accept(parser.next(), parser);
            }
            return document;
        } catch (JsonParsingException e) {
            throw malformed("malformed JSON", e.getLocation(), e);
        } catch (JsonException | NoSuchElementException e) {
            throw malformed("malformed JSON", last, e);
        }
    }

    private void accept(JsonParser.Event event, JsonParser parser) {
        last = parser.getLocation();
        switch (event) {
            case START_OBJECT -> open(new LinkedHashMap<String, Object>());
            case START_ARRAY -> open(new ArrayList<>());
            case END_OBJECT, END_ARRAY -> {
                containers.pop();
                key = keys.pop();
            }
            case KEY_NAME -> key = limited(parser.getString());
            case VALUE_STRING -> add(limited(parser.getString()));
            case VALUE_NUMBER -> add(number(parser.getString()));
            case VALUE_TRUE -> add(true);
            case VALUE_FALSE -> add(false);
            case VALUE_NULL -> add(null);
        }
    }

    private void open(Object container) {
        if (containers.size() == MAX_DEPTH) {
            throw malformed("JSON is nested too deeply (at most " + MAX_DEPTH + " levels)", last, null);
        }
        add(container);
        containers.push(container);
        keys.push(key);
    }

    /** Fails only for a number beyond the limit: the parser has checked the syntax. */
    private Number number(String text) {
        try {
            return Numbers.parse(text);
        } catch (NumberFormatException e) {
            String name = key.isEmpty() ? "a number" : Excerpt.of(key, LONGEST_KEY);
            String fault = name + " must have " + Numbers.LIMIT + ", was " + Excerpt.of(text, LONGEST_NUMBER);
            if (limits.equals(JsonLimits.NONE)) {
                throw malformed(fault, last, e);
            }
            throw new WeirException(ErrorCode.INVALID_INPUT, fault, e);
        }
    }

    private String limited(String text) {
        if (text.length() > limits.textLength()) {
            throw new WeirException(
                    ErrorCode.BODY_TOO_LARGE, "has a text of more than " + limits.textLength() + " characters");
        }
        return text;
    }

    @SuppressWarnings("unchecked") // Containers are made by accept alone.
    private void add(@Nullable Object value) {
        if (++values > limits.values()) {
            throw new WeirException(ErrorCode.BODY_TOO_LARGE, "has more than " + limits.values() + " values");
        }
        Object container = containers.peek();
        if (container == null) {
            document = value;
        } else if (container instanceof Map<?, ?> map) {
            ((Map<String, @Nullable Object>) map).put(key, value);
        } else {
            ((List<@Nullable Object>) container).add(value);
        }
    }

    private static JsonSyntaxException malformed(String what, @Nullable JsonLocation at, @Nullable Throwable cause) {
        return at == null
                ? new JsonSyntaxException(what, 1, 1, 0, cause)
                : new JsonSyntaxException(
                        what,
                        Math.max(1, at.getLineNumber()),
                        Math.max(1, at.getColumnNumber()),
                        Math.max(0, at.getStreamOffset()),
                        cause);
    }
}
