package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of requests that are one JSON object. Stateless. */
public final class JsonRequest {
    private JsonRequest() {}

    /**
     * Reads a body. A missing content type means JSON. The result keeps the order of the keys, and may be changed.
     *
     * @throws WeirException {@link ErrorCode#UNSUPPORTED_MEDIA_TYPE}, {@link ErrorCode#MALFORMED_REQUEST} or
     *     {@link ErrorCode#INVALID_INPUT} if the body is invalid; {@link ErrorCode#OVERLOADED} if the budget has no memory to
     *     parse it
     */
    public static Map<String, @Nullable Object> read(
            @Nullable String contentType, ReceivedBody body, BodyLimits limits) {
        MediaType type = contentType == null ? MediaType.APPLICATION_JSON_TYPE : type(contentType);
        return body.read(limits.values(), in -> {
            Object value;
            try {
                value = FormReader.json(in, type, "the request body", limits);
            } catch (IOException e) {
                throw new WeirException(ErrorCode.MALFORMED_REQUEST, "the request body broke off", e);
            }
            if (!(value instanceof Map<?, ?> fields)) {
                throw new WeirException(ErrorCode.INVALID_INPUT, "the request body must be a JSON object");
            }
            body.uploads().input(fields);
            Map<String, @Nullable Object> request = new LinkedHashMap<>();
            fields.forEach((key, field) -> request.put(String.valueOf(key), field));
            return request;
        });
    }

    private static MediaType type(String contentType) {
        MediaType type = FormReader.mediaType(contentType, "the request");
        if (!FormReader.isJson(type)) {
            throw new WeirException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the request must be application/json, was " + contentType);
        }
        return type;
    }
}
