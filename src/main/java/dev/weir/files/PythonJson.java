package dev.weir.files;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a model's JSON file as Python writes it. Limits the depth, the number of values and the length of numbers.
 *
 * <p>{@code NaN} becomes null. {@code Infinity} and {@code -Infinity} become numbers whose double value is infinite. A byte order
 * mark is skipped.
 */
public final class PythonJson {
    static final int MAX_DEPTH = 100;
    static final int MAX_VALUES = 1_000_000;
    static final int MAX_NUMBER = 1000;
    private static final int MAX_EXPONENT_DIGITS = 4;

    /** A number that is larger than every double. */
    private static final String INFINITE = "1e999";

    private final String text;
    private final StringBuilder strict = new StringBuilder();
    private int copied;
    private int at;
    private int depth;
    private int values;

    private PythonJson(String text) {
        this.text = text;
    }

    /**
     * Reads the object in a file.
     *
     * @throws WeirException {@link ErrorCode#NOT_READY} with the file and the place, if it is no JSON object in UTF-8 or exceeds
     *     a limit
     */
    public static JsonObject read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw unreadable(file, "the file is not UTF-8", e);
        } catch (IOException | JsonException e) {
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        } catch (OutOfMemoryError e) {
            throw unreadable(file, "it is too large for the memory of this server: give the JVM more (-Xmx)", e);
        }
    }

    private static WeirException unreadable(Path file, String why, Throwable cause) {
        return new WeirException(ErrorCode.NOT_READY, "the model's file " + file + " cannot be read: " + why, cause);
    }

    /**
     * Reads the object in a text.
     *
     * @throws JsonException if it is no JSON object, or exceeds a limit
     */
    public static JsonObject parse(String json) {
        String text = json.startsWith("\ufeff") ? json.substring(1) : json;
        try (JsonReader reader = Json.createReader(new StringReader(new PythonJson(text).strict()))) {
            if (reader.readValue() instanceof JsonObject object) {
                return object;
            }
            throw new JsonException("the file is not a JSON object");
        }
    }

    /** Returns the text as standard JSON; checks the limits. */
    private String strict() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                skipString();
            } else if (c == 'N') {
                spell("NaN", "null");
            } else if (c == 'I') {
                spell("Infinity", INFINITE);
            } else if (isDigit(c)) {
                skipNumber();
            } else {
                structure(c);
                at++;
            }
        }
        return copied == 0 ? text : strict.append(text, copied, text.length()).toString();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void structure(char c) {
        if (c == '{' || c == '[') {
            require(++depth <= MAX_DEPTH, "the file is nested too deeply (at most " + MAX_DEPTH + " levels)");
            value();
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == ',') {
            value();
        }
    }

    private void value() {
        require(++values <= MAX_VALUES, "the file has too many values (at most " + MAX_VALUES + ")");
    }

    private void skipString() {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }

    private void skipNumber() {
        int begin = at;
        int exponent = -1;
        while (at < text.length() && (isDigit(text.charAt(at)) || "+-.eE".indexOf(text.charAt(at)) >= 0)) {
            if (text.charAt(at) == 'e' || text.charAt(at) == 'E') {
                exponent = at + 1;
            }
            at++;
        }
        require(at - begin <= MAX_NUMBER, "a number is too long (at most " + MAX_NUMBER + " characters)");
        boolean signed = exponent >= 0 && exponent < at && "+-".indexOf(text.charAt(exponent)) >= 0;
        require(
                exponent < 0 || at - exponent - (signed ? 1 : 0) <= MAX_EXPONENT_DIGITS,
                "a number has too large an exponent (at most " + MAX_EXPONENT_DIGITS + " digits)");
    }

    private void spell(String python, String json) {
        if (text.startsWith(python, at)) {
            strict.append(text, copied, at).append(json);
            at += python.length();
            copied = at;
        } else {
            at++;
        }
    }

    private void require(boolean condition, String problem) {
        if (!condition) {
            long line = 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
            throw new JsonException(problem + " in line " + line);
        }
    }
}
