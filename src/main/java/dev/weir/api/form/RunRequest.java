package dev.weir.api.form;

import dev.weir.ErrorCode;
import dev.weir.WeirException;
import dev.weir.binding.Values;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A valid run request.
 *
 * @param workflowId null for the default workflow
 * @param input the input of the workflow; an empty mapping if the request has none
 * @param waitForCompletion false answers at once with the task's id
 * @param outputOnly whether the answer is only the output; a stream is allowed only then
 * @param continuable whether the client may continue a stream on another connection
 */
public record RunRequest(
        @Nullable String workflowId, Object input, boolean waitForCompletion, boolean outputOnly, boolean continuable) {

    /**
     * Reads a query: {@code workflow_id}, and {@code input} as JSON or its members as in a form. The flag {@code output_only}
     * defaults to true.
     *
     * @throws WeirException {@link ErrorCode#MALFORMED_REQUEST} or {@link ErrorCode#INVALID_INPUT} if the query is invalid
     */
    public static RunRequest query(Query query, BodyLimits limits) {
        Map<String, @Nullable Object> fields = FormReader.urlencoded(
                query.bytes(), "query", StandardCharsets.UTF_8, (name, value) -> jsonInput(name, value, limits));
        fields.putIfAbsent("output_only", true);
        RunRequest request = of(fields, input -> input, true);
        if (!request.waitForCompletion) {
            throw new WeirException(
                    ErrorCode.MALFORMED_REQUEST,
                    "a GET request waits for completion; wait_for_completion=false needs a POST");
        }
        return request;
    }

    private static @Nullable Object jsonInput(String name, String value, BodyLimits limits) {
        return name.equals("input") ? FormReader.json(value, "the parameter input", limits) : limits.text(name, value);
    }

    /**
     * Reads a body. The request's input is valid until the body is closed.
     *
     * @throws WeirException if the body is invalid; {@link ErrorCode#OVERLOADED} if the budget has no memory to parse it
     */
    public static RunRequest read(@Nullable String contentType, ReceivedBody body, BodyLimits limits) {
        return body.read(limits.values(), in -> read(contentType, in, limits, body.uploads()));
    }

    /**
     * Reads a body of JSON or of a form. A missing content type means JSON. An empty body without a content type is a run of the
     * default workflow without input, as is an empty form.
     *
     * @param uploads keeps the files of a form; they are read while the input is in use
     */
    public static RunRequest read(@Nullable String contentType, InputStream body, BodyLimits limits, Uploads uploads) {
        MediaType type = contentType == null ? MediaType.APPLICATION_JSON_TYPE : declared(contentType);
        try {
            if (FormReader.isJson(type)) {
                PushbackInputStream json = new PushbackInputStream(body);
                return of(json(contentType, type, json, limits), uploads::input, false);
            }
            if (type.isCompatible(MediaType.APPLICATION_FORM_URLENCODED_TYPE)) {
                return of(FormReader.urlencoded(body.readAllBytes(), type, limits), uploads::input, false);
            }
            if (type.isCompatible(MediaType.MULTIPART_FORM_DATA_TYPE)) {
                return of(FormReader.multipart(body, type, uploads, limits), uploads::input, false);
            }
        } catch (IOException e) {
            throw new WeirException(ErrorCode.MALFORMED_REQUEST, "the request body broke off", e);
        }
        throw new WeirException(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                "a run request is application/json, multipart/form-data or application/x-www-form-urlencoded, was "
                        + contentType);
    }

    private static MediaType declared(String contentType) {
        try {
            return MediaType.valueOf(contentType);
        } catch (IllegalArgumentException e) {
            throw new WeirException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the request's content type cannot be read", e);
        }
    }

    private static @Nullable Object json(
            @Nullable String contentType, MediaType type, PushbackInputStream body, BodyLimits limits)
            throws IOException {
        int first = body.read();
        if (first >= 0) {
            body.unread(first);
            return FormReader.json(body, type, "the request body", limits);
        }
        if (contentType == null) {
            return Map.of();
        }
        throw new WeirException(
                ErrorCode.MALFORMED_REQUEST,
                "the request body is empty (content type " + contentType + "): send {} for a run without input");
    }

    private static RunRequest of(@Nullable Object body, UnaryOperator<Object> held, boolean continuable) {
        if (!(body instanceof Map<?, ?> fields)) {
            throw new WeirException(
                    ErrorCode.INVALID_INPUT, "the request body must be a JSON object such as {\"input\": {…}}");
        }
        Object workflowId = fields.get("workflow_id");
        if (workflowId != null && !(workflowId instanceof String)) {
            throw invalid("workflow_id", "a text", workflowId);
        }
        Object input = fields.get("input");
        RunRequest request = new RunRequest(
                (String) workflowId,
                input == null ? Map.of() : held.apply(input),
                flag(fields, "wait_for_completion", true),
                flag(fields, "output_only", false),
                continuable);
        if (request.outputOnly && !request.waitForCompletion) {
            throw new WeirException(
                    ErrorCode.MALFORMED_REQUEST,
                    "output_only=true needs wait_for_completion=true: there is no output yet");
        }
        return request;
    }

    /** The value of a flag among the fields of a request; {@code absent} if it is missing. */
    static boolean flag(Map<?, ?> fields, String name, boolean absent) {
        Object value = fields.get(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw invalid(name, "true or false", value);
    }

    private static WeirException invalid(String name, String wanted, Object value) {
        return new WeirException(
                ErrorCode.INVALID_INPUT, name + " must be " + wanted + ", was " + Values.describe(value));
    }
}
