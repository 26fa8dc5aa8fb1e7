package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.json.Json;
import dev.weir.json.JsonSyntaxException;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of a run request from a form of either content type. Text is UTF-8 unless its content type names another
 * charset.
 */
final class FormReader {
    private FormReader() {}

    /** Reads {@code application/x-www-form-urlencoded}. A failure names the position. */
    static Map<String, @Nullable Object> urlencoded(byte[] body, MediaType type, BodyLimits limits) {
        return urlencoded(body, "form", charset(type), limits::text);
    }

    /**
     * Reads such a form or a query, with {@code reading} applied to each name and its text.
     *
     * @param what the kind, for messages: form, query
     */
    static Map<String, @Nullable Object> urlencoded(
            byte[] body, String what, Charset charset, BiFunction<String, String, @Nullable Object> reading) {
        FormFields fields = new FormFields();
        fields(body, what, charset, (name, value) -> fields.add(name, reading.apply(name, value)));
        return fields.members();
    }

    /** Passes each field of a form or a query, decoded, to {@code field}. */
    static void fields(byte[] body, String what, Charset charset, BiConsumer<String, String> field) {
        int begin = 0;
        while (begin < body.length) {
            int end = indexOf('&', body, begin, body.length);
            if (end > begin) {
                int equals = indexOf('=', body, begin, end);
                String name = percentDecoded(body, begin, equals, what, charset);
                String value = percentDecoded(body, Math.min(equals + 1, end), end, what, charset);
                field.accept(name, value);
            }
            begin = end + 1;
        }
    }

    private static int indexOf(char wanted, byte[] body, int from, int to) {
        int at = from;
        while (at < to && body[at] != wanted) {
            at++;
        }
        return at;
    }

    private static String percentDecoded(byte[] body, int from, int to, String what, Charset charset) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            if (body[i] == '%') {
                int high = i + 2 < to ? Character.digit(body[i + 1], 16) : -1;
                int low = high < 0 ? -1 : Character.digit(body[i + 2], 16);
                if (low < 0) {
                    throw malformed(
                            "the " + what + " is malformed: at byte " + i + " a % is not followed by two hex digits");
                }
                decoded.write(high << 4 | low);
                i += 2;
            } else {
                decoded.write(body[i] == '+' ? ' ' : body[i]);
            }
        }
        return text(decoded.toByteArray(), charset, "the " + what + "'s field at byte " + from);
    }

    /**
     * Reads {@code multipart/form-data}. A part with a file name is a file, a part of JSON is its value, any other part is text.
     * The part {@code input} of JSON is the whole input, with or without a file name.
     *
     * @param uploads keeps the files
     */
    static Map<String, @Nullable Object> multipart(InputStream body, MediaType type, Uploads uploads, BodyLimits limits)
            throws IOException {
        String boundary = type.getParameters().get("boundary");
        if (boundary == null) {
            throw malformed("the content type multipart/form-data has no boundary");
        }
        FormFields fields = new FormFields();
        MultipartReader reader = new MultipartReader(body, boundary);
        int values = 0;
        for (Optional<MultipartReader.Part> part = reader.next(); part.isPresent(); part = reader.next()) {
            values += add(part.get(), fields, uploads, limits);
            // Counted over all parts: otherwise each part could hold as many values as a whole body.
            limits.requireValues(values);
        }
        return fields.members();
    }

    /** Adds a part and returns the number of its values. */
    private static int add(MultipartReader.Part part, FormFields fields, Uploads uploads, BodyLimits limits)
            throws IOException {
        PartHeaders headers = part.headers();
        String where = "part " + part.number() + " of the multipart body";
        MediaType type = mediaType(headers.contentType(), where);
        boolean json = isJson(type);
        if (headers.fileName().isPresent() && !(json && headers.name().equals("input"))) {
            limits.requireFiles(fields.files() + 1);
            fields.addFile(
                    headers.name(), headers.fileName().get(), headers.contentType(), uploads.keep(part.content()));
            return 1;
        }
        Object value = json
                ? json(new ByteArrayInputStream(part.content().readAllBytes()), type, where, limits)
                : limits.text(headers.name(), text(part.content().readAllBytes(), charset(type), where));
        fields.add(headers.name(), value);
        return count(value);
    }

    /** The number of values in a value of JSON, itself included. */
    private static int count(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return 1 + map.values().stream().mapToInt(FormReader::count).sum();
        }
        return value instanceof List<?> list
                ? 1 + list.stream().mapToInt(FormReader::count).sum()
                : 1;
    }

    static boolean isJson(MediaType type) {
        return type.isCompatible(MediaType.APPLICATION_JSON_TYPE)
                || type.getSubtype().toLowerCase(Locale.ROOT).endsWith("+json");
    }

    static MediaType mediaType(String text, String where) {
        try {
            return MediaType.valueOf(text);
        } catch (IllegalArgumentException e) {
            throw new WeirException(
                    ErrorCode.MALFORMED_REQUEST, where + " has a content type that cannot be read: " + text, e);
        }
    }

    /** Parses the JSON of a client. */
    static @Nullable Object json(String json, String where, BodyLimits limits) {
        return json(new StringReader(json), () -> Optional.empty(), where, limits);
    }

    /**
     * Parses JSON in the charset of its content type.
     *
     * @throws WeirException {@link ErrorCode#UNSUPPORTED_MEDIA_TYPE} if the charset is not known
     */
    static @Nullable Object json(InputStream json, MediaType type, String where, BodyLimits limits) throws IOException {
        boolean declared = type.getParameters().containsKey(MediaType.CHARSET_PARAMETER);
        RequestText text = new RequestText(json, declared ? charset(type) : null);
        return json(text, text::fault, where, limits);
    }

    private static @Nullable Object json(
            Reader text, Supplier<Optional<String>> fault, String where, BodyLimits limits) {
        try {
            return Json.parse(text, limits.json());
        } catch (JsonSyntaxException e) {
            String invalid = fault.get().orElse("not JSON: " + e.getMessage());
            throw new WeirException(ErrorCode.MALFORMED_REQUEST, where + " is " + invalid, e);
        } catch (WeirException e) {
            if (e.code() == ErrorCode.INVALID_INPUT) {
                throw e; // The message names the value.
            }
            String settings = " (weir.http.max-values, weir.http.max-text)";
            throw new WeirException(e.code(), where + " " + e.detail() + settings, e);
        }
    }

    private static Charset charset(MediaType type) {
        String name = type.getParameters().get(MediaType.CHARSET_PARAMETER);
        try {
            return name == null ? StandardCharsets.UTF_8 : Charset.forName(name.replace("\"", ""));
        } catch (IllegalArgumentException e) {
            throw new WeirException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the charset '" + name + "' is not known here", e);
        }
    }

    private static String text(byte[] bytes, Charset charset, String where) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return charset.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            throw new WeirException(
                    ErrorCode.MALFORMED_REQUEST,
                    where + " is not " + charset.name() + ": byte " + in.position() + " is not of a character",
                    e);
        }
    }

    private static WeirException malformed(String detail) {
        return new WeirException(ErrorCode.MALFORMED_REQUEST, detail);
    }
}
