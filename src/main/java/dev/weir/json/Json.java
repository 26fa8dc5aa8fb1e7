package dev.weir.json;

import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParserFactory;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts JSON to plain values and back.
 *
 * <p>Reading is strict and keeps the order of keys. Integers become Integer, Long or BigInteger, the smallest that fits;
 * other numbers become BigDecimal. Writing is compact; {@link JsonWriter} documents its rules.
 */
public final class Json {
    private static final JsonParserFactory FACTORY = JsonProvider.provider().createParserFactory(Map.of());

    private Json() {}

    /**
     * The value of a JSON text.
     *
     * @throws JsonSyntaxException if the text is not exactly one JSON value
     */
    public static @Nullable Object parse(String json) {
        return parse(new StringReader(json));
    }

    /** Returns the value of a JSON text in UTF-8, which RFC 8259 requires; other bytes are malformed. */
    public static @Nullable Object parse(byte[] json) {
        return parse(json, JsonLimits.NONE);
    }

    /**
     * Returns the value of a JSON text from an untrusted source.
     *
     * @throws JsonSyntaxException if the text is not exactly one JSON value
     * @throws dev.weir.WeirException {@link dev.weir.ErrorCode#BODY_TOO_LARGE} if a limit is exceeded
     */
    public static @Nullable Object parse(byte[] json, JsonLimits limits) {
        return parse(new ByteArrayInputStream(json), limits);
    }

    /** As {@link #parse(byte[], JsonLimits)}, for a stream: its text is never in memory as a whole. */
    public static @Nullable Object parse(InputStream json, JsonLimits limits) {
        Reader text = new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder());
        return new JsonReader(limits).read(() -> FACTORY.createParser(text));
    }

    /** As {@link #parse(byte[], JsonLimits)}, for characters. */
    public static @Nullable Object parse(Reader json, JsonLimits limits) {
        return new JsonReader(limits).read(() -> FACTORY.createParser(json));
    }

    /** The value of a JSON text, read to its end; the reader is closed. */
    public static @Nullable Object parse(Reader json) {
        return new JsonReader(JsonLimits.NONE).read(() -> FACTORY.createParser(json));
    }

    /** {@link #write(Object)} as UTF-8. */
    public static byte[] bytes(@Nullable Object value) {
        return write(value).getBytes(StandardCharsets.UTF_8);
    }

    /** A value as compact JSON. */
    public static String write(@Nullable Object value) {
        StringBuilder json = new StringBuilder(64);
        JsonWriter.write(value, json);
        return json.toString();
    }

    /** Appends a value as compact JSON. */
    public static void write(@Nullable Object value, StringBuilder json) {
        JsonWriter.write(value, json);
    }
}
