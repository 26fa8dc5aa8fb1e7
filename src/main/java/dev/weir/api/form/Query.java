package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request as its client sent it. It is decoded here, since the servers decode differently, and Open Liberty has no
 * query after a forward. A percent sign without two hexadecimal digits is {@link ErrorCode#MALFORMED_REQUEST}. Bytes that are not
 * percent-encoded are UTF-8.
 */
public final class Query {
    private static final String ATTRIBUTE = Query.class.getName();

    /** The highest character that represents one byte. */
    private static final char LAST_BYTE = 0xFF;

    private final byte[] bytes;

    /**
     * Takes the undecoded query.
     *
     * @param raw percent-encoded; null for none
     */
    Query(@Nullable String raw) {
        String text = raw == null ? "" : raw;
        // The servers make one character from each byte that is not ASCII.
        boolean ofBytes = text.chars().allMatch(c -> c <= LAST_BYTE);
        this.bytes = text.getBytes(ofBytes ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    /** Keeps the query for {@link #of}. To be called before the request is forwarded. */
    public static void keep(HttpServletRequest request) {
        String raw = request.getQueryString();
        if (raw != null) {
            request.setAttribute(ATTRIBUTE, raw);
        }
    }

    /** The query of a request, also of one that was forwarded. */
    public static Query of(HttpServletRequest request) {
        Object kept = request.getAttribute(ATTRIBUTE);
        Object forwarded = request.getAttribute(RequestDispatcher.FORWARD_QUERY_STRING);
        Object raw = kept == null ? forwarded : kept;
        return new Query(raw == null ? request.getQueryString() : raw.toString());
    }

    /** Percent-encoded ASCII, and UTF-8. */
    byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The value of a flag: true, false, 1 or 0.
     *
     * @param absent the value if the flag is missing
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} if the query cannot be decoded or has the flag twice;
     *     {@link ErrorCode#INVALID_INPUT} for any other value
     */
    public boolean flag(String name, boolean absent) {
        Map<String, Object> values = new LinkedHashMap<>();
        FormReader.fields(bytes, "query", StandardCharsets.UTF_8, (key, value) -> {
            if (key.equals(name) && values.put(name, FormFields.flag(value)) != null) {
                throw new WeirException(ErrorCode.MALFORMED_REQUEST, "the field '" + name + "' is there twice");
            }
        });
        return RunRequest.flag(values, name, absent);
    }
}
