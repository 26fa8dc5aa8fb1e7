package dev.weir.component.http;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Scope;
import dev.weir.binding.Template;
import dev.weir.binding.Values;
import dev.weir.component.http.body.MediaTypes;
import dev.weir.component.http.error.UpstreamErrors;
import dev.weir.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request.
 *
 * @param pieces the bytes, in order; not to be changed
 * @param contentType as sent, with the boundary of a multipart body
 */
record RequestBody(List<byte[]> pieces, String contentType) {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data";

    /** {@code template} rendered and written as {@code contentType}: JSON, multipart, a form, or text; bytes stay as they are. */
    static RequestBody of(@Nullable Template template, String contentType, Scope scope) {
        Object body = template == null ? null : template.render(scope);
        if (template == null || body == null) {
            return new RequestBody(List.of(), contentType);
        }
        String mediaType = MediaTypes.of(contentType);
        if (body instanceof byte[] bytes) {
            return of(bytes, contentType);
        }
        if (mediaType.equals(MULTIPART)) {
            return MultipartBody.of(fields(body, "body"), FileNames.in(template, scope), contentType);
        }
        if (mediaType.startsWith("multipart/")) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT, "a mapping cannot be sent as " + mediaType + ": write " + MULTIPART);
        }
        if (MediaTypes.isJson(mediaType)) {
            return of(Json.bytes(body), contentType);
        }
        String text = mediaType.equals(FORM) ? form(body, "body") : Values.text(body);
        return of(text.getBytes(StandardCharsets.UTF_8), contentType);
    }

    private static RequestBody of(byte[] bytes, String contentType) {
        return new RequestBody(bytes.length == 0 ? List.of() : List.of(bytes), contentType);
    }

    /** Whether the body has no bytes. */
    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** A mapping as {@code name=value} pairs, URL-encoded. A list gives one pair for each element; null gives none. */
    static String form(@Nullable Object fields, String key) {
        if (fields == null) {
            return "";
        }
        List<String> pairs = new ArrayList<>();
        fields(fields, key).forEach((name, value) -> {
            for (Object each : elements(value)) {
                if (each != null) {
                    pairs.add(encoded(String.valueOf(name)) + "=" + encoded(Values.text(each)));
                }
            }
        });
        return String.join("&", pairs);
    }

    /** The elements of a list; any other value as a single element. */
    static Collection<?> elements(@Nullable Object value) {
        return value instanceof Collection<?> list ? list : Collections.singletonList(value);
    }

    private static Map<?, ?> fields(Object value, String key) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new WeirException(
                ErrorCode.INVALID_INPUT,
                key + " must be a mapping, was '" + UpstreamErrors.cut(Values.text(value)) + "'");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
